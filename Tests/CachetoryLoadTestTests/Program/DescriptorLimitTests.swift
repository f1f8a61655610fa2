import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

/// A load in a process that has no descriptors for all the connections which the load would take.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct DescriptorLimitTests {
    /// Three for standard input and output, three for Dispatch and two for the reactor; the rest is for connections.
    private static let limit = 12

    /// Few, to be done within a second even under ThreadSanitizer: each second Dispatch opens a file to look at its own threads,
    /// and traps where no descriptor is left for it.
    private static let requests = 500

    @Test(arguments: API.allCases)
    func `connections that cannot be opened cost no call its reply`(api: API) async throws {
        let server = try await LocalRedisServer.start()
        let result = try await onThread {
            // One command at a time on each connection, so that eight are wanted.
            try Program(
                [
                    "--api", "\(api)", "--url", "redis://127.0.0.1:\(server.port)?max_in_flight=1&max_connections=8",
                    "--requests", "\(Self.requests)", "--tasks", "50", "--keys", "100", "--warmup", "0", "--format",
                    "json",
                ], descriptorLimit: Self.limit
            ).finish()
        }
        #expect(result.status == 0, "\(result.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        #expect(report.operations == Self.requests)
        #expect(report.errors == 0, "\(report.errorKinds)")
        #expect(report.wrongValues == 0)
        try await onThread { server.stop() }
    }
}
