import CachetoryLocking
import Foundation

/// A private, real server for load tests and tests, which leaves nothing behind.
///
/// It listens on a unix socket in a temporary folder of its own and on a free port of 127.0.0.1, reads no configuration
/// file and keeps nothing on disk unless its arguments say so. It ends with ``stop()``, with this object, or with this
/// process, even if that one is killed.
package final class LocalRedisServer: Sendable {
    /// The folder of the socket, the log and whatever the server writes; removed when the server is stopped.
    package let folder: String
    /// The path of the unix socket.
    package let socketPath: String
    /// The TCP port on 127.0.0.1.
    package let port: Int

    private let executable: String
    private let arguments: [String]

    private struct State: ~Copyable {
        /// Nil once the server is stopped.
        var watchdog: Watchdog?
        /// Nil while the server is killed or stopped.
        var process: ServerProcess?
        var isSuspended = false
    }
    private let state: Lock<State>

    /// Longer than a server needs on a machine that is busy with other things, to start as well as to end.
    private static let patience: Duration = .seconds(20)

    /// How long to rest between two looks whether a server that is alive serves already.
    private static let pause: Duration = .milliseconds(2)

    /// How many ports to try when others are quicker to take them.
    private static let portAttempts = 10

    /// Starts a server and returns when it serves commands, blocking the thread meanwhile.
    ///
    /// - Parameters:
    ///   - arguments: options added to the server's command line, such as `["--requirepass", "secret"]`.
    ///   - searchPath: where to look for `redis-server` or `valkey-server`; nil is the variable `PATH`, unless
    ///     `CACHETORY_REDIS_SERVER` names the server's program.
    package static func start(
        arguments: [String] = [], searchPath: String? = nil
    ) throws(LocalServerError) -> LocalRedisServer {
        let executable =
            if let searchPath { try ServerExecutable.find(searchPath: searchPath) } else { try program() }
        return try start(executable) { () throws(LocalServerError) in (try LocalPort.findFree(), arguments) }
    }

    /// Starts a server and returns when it serves commands.
    ///
    /// - Parameter setup: chooses its port and further options. It is asked again where somebody else was quicker to take a
    ///   port.
    static func start(
        _ executable: String, setup: () throws(LocalServerError) -> (port: Int, arguments: [String])
    ) throws(LocalServerError) -> LocalRedisServer {
        var attempt = 1
        while true {
            let (port, arguments) = try setup()
            let server = try LocalRedisServer(executable: executable, port: port, arguments: arguments)
            do throws(LocalServerError) {
                try server.launch()
                return server
            } catch {
                server.stop()
                guard case .exited(let log) = error, log.contains("in use"), attempt < portAttempts else { throw error }
                attempt += 1
            }
        }
    }

    /// Starts a server and returns when it serves commands; it blocks no thread of the caller's executor.
    @concurrent
    package static func start(
        arguments: [String] = [], searchPath: String? = nil
    ) async throws -> LocalRedisServer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result { () throws in try start(arguments: arguments, searchPath: searchPath) })
            }
        }
    }

    /// The program that is started unless a search path is given.
    package static func program(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(LocalServerError) -> String {
        try ServerExecutable.find(environment: environment)
    }

    private init(executable: String, port: Int, arguments: [String]) throws(LocalServerError) {
        self.executable = executable
        self.port = port
        folder = try TemporaryFolder.make()
        socketPath = "\(folder)/redis.sock"
        self.arguments =
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir", folder,
                "--save", "", "--appendonly", "no",
            ] + arguments
        do throws(LocalServerError) {
            state = Lock(State(watchdog: try Watchdog(folder: folder), process: nil))
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    deinit {
        stop()
    }

    /// The URL of the server's TCP port.
    package var url: String { "redis://127.0.0.1:\(port)" }

    /// The URL of the server's unix socket.
    package var unixURL: String {
        "redis+unix://\(socketPath.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? socketPath)"
    }

    /// The process that serves now; nil while it is killed or stopped.
    package var processID: Int32? {
        state.withLock { $0.process?.id }
    }

    /// Whether its process runs and is not suspended.
    package var isServing: Bool {
        state.withLock { $0.process != nil && !$0.isSuspended }
    }

    /// The last lines of what the server wrote to its log.
    package var log: String {
        let text = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(8).joined(separator: "\n")
    }

    private var logPath: String { "\(folder)/server.log" }

    /// Ends the server and removes its folder; the second time it does nothing.
    package func stop() {
        state.withLock { state in
            state.process.take()?.terminate(within: Self.patience)
            state.watchdog.take()?.release()
        }
    }

    /// Ends the server as a crash does. The folder stays, with what the server had written.
    package func kill() {
        state.withLock { $0.process.take()?.kill() }
    }

    /// Starts the server again, on the same socket, port and folder; one that still runs is killed first.
    ///
    /// - Throws: ``LocalServerError``, also when the server was stopped, since its folder is gone.
    package func restart() throws(LocalServerError) {
        kill()
        try launch()
    }

    /// Halts the server, which keeps its connections and answers nothing.
    package func suspend() {
        state.withLock { state in
            state.process?.signal(SIGSTOP)
            state.isSuspended = true
        }
    }

    /// Lets a suspended server go on.
    package func resume() {
        state.withLock { state in
            state.process?.signal(SIGCONT)
            state.isSuspended = false
        }
    }

    /// Starts the process and waits until it serves.
    private func launch() throws(LocalServerError) {
        try state.withLock { state throws(LocalServerError) in
            guard let group = state.watchdog?.group else { throw .exited(log: "it was stopped") }
            state.isSuspended = false
            state.process = try ServerProcess(executable, arguments, group: group, log: logPath)
            let deadline = ContinuousClock.now + Self.patience
            while try !PingProbe.answers(at: socketPath) {
                // The pause ends early when the server does.
                if state.process?.hasEnded(within: Self.pause) ?? true {
                    state.process.take()?.kill()
                    throw .exited(log: log)
                }
                if ContinuousClock.now > deadline { throw .notReady(after: Self.patience, log: log) }
            }
        }
    }
}
