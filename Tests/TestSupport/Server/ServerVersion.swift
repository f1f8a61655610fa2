import CachetoryLocalServer
import Foundation

/// Which server the tests run on: the one that is installed, or one that `Tests/servers.sh` has chosen.
package struct ServerVersion: Sendable {
    /// `Redis` or `Valkey`.
    package let name: String
    package let major: Int

    /// What the program says of itself.
    package static var current: ServerVersion {
        get async throws { try await asked.value }
    }

    private static let asked = Task {
        try await onThread { try ServerVersion(text: output(of: LocalRedisServer.program())) }
    }

    /// - Parameter text: as in `Redis server v=7.0.15 sha=00000000:0 …`.
    init(text: String) throws {
        guard let match = text.firstMatch(of: /(\w+) server v=([0-9]+)\./), let major = Int(match.2) else {
            throw Unknown(text: text)
        }
        (name, self.major) = (String(match.1), major)
    }

    private struct Unknown: Error { let text: String }

    private static func output(of program: String) throws -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--version"]
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    /// Options that let tests send `DEBUG`. Servers before version 7 do so without, and do not know the option.
    package var debugOptions: [String] { major >= 7 ? ["--enable-debug-command", "yes"] : [] }
}
