import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.serialized, .timeLimit(.minutes(3)))
struct ReportFileTests {
    /// Calls a closure with a folder of its own, which is gone afterwards.
    private func withFolder(_ body: @Sendable (_ path: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path(percentEncoded: false))
    }

    private func contents(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test func `what was there stays until the page is written, and nothing of it after that`() throws {
        try withFolder { folder in
            let path = folder + "/old.html"
            try "something longer than the page".write(toFile: path, atomically: false, encoding: .utf8)
            do {
                let file = try ReportFile(path: path)
                #expect(contents(path) == "something longer than the page")
                try file.write("page")
            }
            #expect(contents(path) == "page")
        }
    }

    @Test func `a new file is gone if nothing comes of it`() throws {
        try withFolder { folder in
            let path = folder + "/new.html"
            do { withExtendedLifetime(try ReportFile(path: path)) {} }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: ["/missing/folder.html", ""])
    func `a file that cannot be written is found before the run`(name: String) async throws {
        let result = try await onThread {
            try Program.run([
                "--report", FileManager.default.temporaryDirectory.path(percentEncoded: false) + name, "--duration",
                "1h",
            ])
        }
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        // One line: no server was started either.
        #expect(result.errors.hasPrefix("load-test: --report: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func `a run writes its page, and so does one that is interrupted`() async throws {
        try await onThread {
            try withFolder { folder in
                let path = folder + "/page.html"
                let result = try Program.run([
                    "--url", "memory://", "--duration", "300ms", "--warmup", "0", "--report", path, "--format", "json",
                ])
                #expect(result.status == 0, "\(result.errors)")
                let html = try #require(contents(path))
                for title in ["Throughput", "Latency over time", "Latency distribution"] {
                    #expect(html.contains("<figcaption>\(title)"), "\(title)")
                }
                #expect(html.hasSuffix("</html>\n"))

                let server = try LocalRedisServer.start()
                defer { server.stop() }
                let program = try Program([
                    "--url", server.unixURL, "--duration", "1h", "--warmup", "0", "--report", path, "--format", "json",
                ])
                let isReading = try RawConnection(port: server.port).waitForReads()
                #expect(isReading)
                program.signal(SIGINT)
                #expect(program.finish().status == 0)
                #expect(try #require(contents(path)).contains("Interrupted. No errors"))
            }
        }
    }
}
