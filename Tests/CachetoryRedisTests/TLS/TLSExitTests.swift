import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Programs that end while their threads are in the middle of handshakes.
@Suite(.serialized, .mayNeedTLS, .timeLimit(.minutes(5))) struct TLSExitTests {
    /// Who called OpenSSL first in the process.
    enum Caller: String, CaseIterable, Sendable {
        /// This library: nothing is taken apart at the end.
        case us = "first"
        /// Somebody else: OpenSSL takes itself apart, and nobody may be inside then.
        case others = "second"
    }

    /// Without any care about one of ten ends in a crash.
    private static let exits = 60

    @Test(arguments: Caller.allCases)
    func `a process that ends during handshakes ends well`(_ caller: Caller) async throws {
        let server = try await TLSRedisServer.start(\.server)
        defer { server.server.stop() }
        let arguments = ["\(server.port)", server.certificates.authority, caller.rawValue]
        for _ in 0..<Self.exits {
            #expect(try await onThread { try Self.run(arguments) } == "exit 0")
        }
    }

    /// Runs the program, which the package manager puts next to the tests, to its end.
    private static func run(_ arguments: [String]) throws -> String {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0])
        let process = Process()
        process.executableURL = tests.deletingLastPathComponent().appendingPathComponent("CachetoryExitingClient")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        // A crash would print a trace, which takes its time.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        try process.run()
        process.waitUntilExit()
        return "\(process.terminationReason == .exit ? "exit" : "signal") \(process.terminationStatus)"
    }
}
