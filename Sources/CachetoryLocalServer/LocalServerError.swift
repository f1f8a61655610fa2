import Foundation

/// Why there is no private server.
package enum LocalServerError: Error, CustomStringConvertible {
    /// None of the known servers is on the search path.
    case notInstalled(searchPath: String)
    /// The environment names a server that cannot be started.
    case noProgram(path: String, variable: String)
    /// The server started and ended; its log says why.
    case exited(log: String)
    /// The server runs but did not answer in time.
    case notReady(after: Duration, log: String)
    /// A server answered a command with an error.
    case refused(command: String, answer: String)
    /// A server closed the connection, or said nothing for too long.
    case noAnswer(command: String)
    /// A cluster did not become what it was told to be.
    case unsettled(after: Duration, state: String)
    /// No free port was found.
    case noFreePort
    /// The operating system refused a call.
    case system(call: String, code: Int32)

    package var description: String {
        switch self {
        case .notInstalled(let searchPath):
            """
            no redis-server in PATH (\(searchPath)): install it with "apt-get install redis-server" \
            or "brew install redis"
            """
        case .noProgram(let path, let variable): "\(variable) is \(path), which is no program that can be started"
        case .exited(let log): "redis-server ended while starting: \(log)"
        case .notReady(let time, let log): "redis-server did not answer within \(time): \(log)"
        case .refused(let command, let answer): "the server answered \(command) with: \(answer)"
        case .noAnswer(let command): "the server did not answer \(command)"
        case .unsettled(let time, let state): "the cluster has not settled within \(time): \(state)"
        case .noFreePort: "no free TCP port on 127.0.0.1"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        }
    }
}
