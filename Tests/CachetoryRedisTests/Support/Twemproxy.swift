import CachetoryLocking
import CachetoryRedis
import Foundation

@testable import CachetoryLocalServer

/// A real twemproxy (`nutcracker`) in front of a server: a proxy that closes a connection at what it does not know.
final class Twemproxy: Sendable {
    private struct State: ~Copyable {
        var watchdog: Watchdog?
        var process: ServerProcess?
    }

    private let state: Lock<State>
    private let folder: String

    struct NotInstalled: Error, CustomStringConvertible {
        let description = "there is no nutcracker: Tests/packages.sh nutcracker installs it"
    }

    /// Debian's is in a folder that not everybody's `PATH` has.
    private static let folders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin", "/opt/homebrew/sbin"]

    init(_ server: LocalRedisServer) throws {
        let programs = Self.folders.map { "\($0)/nutcracker" }
        guard let program = programs.first(where: FileManager.default.isExecutableFile) else { throw NotInstalled() }
        folder = try TemporaryFolder.make()
        let settings = """
            pool:
              listen: \(folder)/proxy.sock 0600
              redis: true
              servers:
               - \(server.socketPath):1

            """
        try settings.write(toFile: "\(folder)/nutcracker.yml", atomically: true, encoding: .utf8)
        let watchdog = try Watchdog(folder: folder)
        let process = try ServerProcess(
            program, ["-c", "\(folder)/nutcracker.yml", "-a", "127.0.0.1", "-s", "\(LocalPort.findFree())"],
            group: watchdog.group, log: "\(folder)/log")
        state = Lock(State(watchdog: watchdog, process: process))
    }

    deinit {
        state.withLock { state in
            state.process.take()?.kill()
            state.watchdog.take()?.release()
        }
    }

    /// Calls wait until the proxy is there.
    var configuration: RedisClientConfiguration {
        RedisClientConfiguration(address: .unixSocket(path: "\(folder)/proxy.sock")).patient
    }
}
