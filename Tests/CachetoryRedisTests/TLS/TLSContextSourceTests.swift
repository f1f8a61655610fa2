import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct TLSContextSourceTests {
    /// A folder of this test's own with a client's certificate and key, and a configuration that names them.
    private func makeFiles() async throws -> (folder: String, configuration: RedisTLSConfiguration) {
        let certificates = try await Certificates.made()
        let folder = "\(certificates.folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try copy(certificates.client, to: folder)
        let configuration = RedisTLSConfiguration(
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
        let source = TLSContextSource(RedisTLSConfiguration(authorityFile: "/nowhere/ca.pem"))
        for _ in 0..<2 {
            #expect(throws: RedisTLSError.self) { try source.current() }
        }
    }

    // MARK: Whom to trust

    /// A folder of this test's own in which OpenSSL finds the tests' authority.
    private func makeAuthorities() async throws -> (folder: String, authority: String) {
        let certificates = try await Certificates.made()
        let folder = "\(certificates.folder)/\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: certificates.authorityFolder, toPath: folder)
        // A link to the certificate, named by hash.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return (folder, "\(folder)/\(try #require(names.first { $0.hasSuffix(".0") }))")
    }

    /// Connects with the context of now, and says why that failed.
    private func error(_ source: TLSContextSource) async throws -> RedisTLSError? {
        let peer = try await TLSPeer(.init(identity: Certificates.made().server))
        do {
            try TLSClient(source.current()).shakeHands(with: peer)
            return nil
        } catch {
            return try #require(error as? RedisTLSError)
        }
    }

    private let unknown = RedisTLSError.unknownAuthority(reason: "unable to get local issuer certificate")

    @Test func `an authority taken out of the folder is no longer trusted`() async throws {
        let (folder, authority) = try await makeAuthorities()
        let source = TLSContextSource(RedisTLSConfiguration(authorityFolder: folder))
        #expect(try await error(source) == nil)
        #expect(try source.current() === source.current())
        try FileManager.default.moveItem(atPath: authority, toPath: "\(folder)/elsewhere")
        #expect(try await error(source) == unknown)
        try FileManager.default.moveItem(atPath: "\(folder)/elsewhere", toPath: authority)
        #expect(try await error(source) == nil)
    }

    @Test func `an authority that another one takes the place of is no longer trusted`() async throws {
        let (folder, _) = try await makeAuthorities()
        let source = TLSContextSource(RedisTLSConfiguration(authorityFolder: folder))
        #expect(try await error(source) == nil)
        // In the same file, behind the same link: the folder has not changed.
        let other = try await String(contentsOfFile: Certificates.made().otherAuthority, encoding: .utf8)
        try other.write(toFile: "\(folder)/ca.crt", atomically: false, encoding: .utf8)
        #expect(try await error(source) != nil)
    }

    @Test func `an authority whose file is gone is no longer trusted`() async throws {
        let (folder, configuration) = try await makeFiles()
        let certificates = try await Certificates.made()
        let file = "\(folder)/ca.crt"
        try replace(file, by: certificates.authority)
        var trusting = configuration
        trusting.authorityFile = file
        let source = TLSContextSource(trusting)
        #expect(try await error(source) == nil)
        try FileManager.default.removeItem(atPath: file)
        #expect(try await error(source) == .fileNotReadable(path: file, reason: "No such file or directory"))
        try replace(file, by: certificates.authority)
        #expect(try await error(source) == nil)

        // Nor while the client's own files are halfway through a renewal.
        try replace("\(folder)/own.crt", by: certificates.server.certificate)
        #expect(try await error(source) == nil)
        try replace(file, by: certificates.otherAuthority)
        guard case .invalidIdentity? = try await error(source) else {
            Issue.record("the old context was used")
            return
        }
    }
}
