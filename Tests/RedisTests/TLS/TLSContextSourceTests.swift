import Foundation
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct TLSContextSourceTests {
    /// A folder of this test's own with a client's certificate and key, and a configuration that names them.
    private func makeFiles() async throws -> (folder: String, configuration: TLSConfiguration) {
        let certificates = try await Certificates.made()
        let folder = "\(certificates.folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try copy(certificates.client, to: folder)
        let configuration = TLSConfiguration(
            authorityFile: certificates.authority, certificateFile: "\(folder)/own.crt", keyFile: "\(folder)/own.key")
        return (folder, configuration)
    }

    private func copy(_ pair: Certificates.Pair, to folder: String) throws {
        try replace("\(folder)/own.crt", by: pair.certificate)
        try replace("\(folder)/own.key", by: pair.key)
    }

    private func replace(_ file: String, by other: String) throws {
        try Data(contentsOf: URL(filePath: other)).write(to: URL(filePath: file), options: .atomic)
    }

    @Test func `connections share a context as long as its files stay`() async throws {
        let source = TLSContextSource(try await makeFiles().configuration)
        #expect(try source.current() === source.current())
    }

    @Test func `a renewed certificate is used from the next connection on`() async throws {
        let (folder, configuration) = try await makeFiles()
        let source = TLSContextSource(configuration)
        let before = try source.current()
        try await copy(Certificates.made().server, to: folder)
        let after = try source.current()
        #expect(after !== before)
        #expect(try source.current() === after)
    }

    @Test func `halfway through a renewal the old certificate is used`() async throws {
        let (folder, configuration) = try await makeFiles()
        let source = TLSContextSource(configuration)
        let before = try source.current()
        try await replace("\(folder)/own.crt", by: Certificates.made().server.certificate)
        #expect(try source.current() === before)
        try FileManager.default.removeItem(atPath: "\(folder)/own.key")
        #expect(try source.current() === before)
        try await replace("\(folder)/own.key", by: Certificates.made().server.key)
        #expect(try source.current() !== before)
    }

    @Test func `what was never usable is an error each time`() throws {
        let source = TLSContextSource(TLSConfiguration(authorityFile: "/nowhere/ca.pem"))
        for _ in 0..<2 {
            #expect(throws: TLSError.self) { try source.current() }
        }
    }
}
