import CachetoryLocalServer

/// The store that is loaded, and what must be stopped at the end.
enum Target {
    /// A store that the user named.
    case given(url: String)
    /// A private server, which stops with the program.
    case privateServer(LocalRedisServer)

    /// Takes the store of the options, or starts a private server, saying so.
    ///
    /// Where there is no server to start, a store in memory shows at least that the rest works.
    static func prepare(_ options: Options) throws -> Target {
        if let url = options.url { return .given(url: url) }
        let server: LocalRedisServer
        do {
            server = try LocalRedisServer.start(arguments: options.chaos ? ChaosServer.arguments : [])
        } catch {
            // A store in memory cannot crash.
            guard case .notInstalled = error, !options.chaos else { throw error }
            StandardError.writeLine("\(error); using memory:// instead")
            return .given(url: BackendFactory.memoryURL)
        }
        StandardError.writeLine("no --url: started a private redis-server on \(server.socketPath), stopped at the end")
        return .privateServer(server)
    }

    var url: String {
        switch self {
        case .given(let url): url
        case .privateServer(let server): server.unixURL
        }
    }

    /// Nil if it is the user's.
    var privateServer: LocalRedisServer? {
        if case .privateServer(let server) = self { server } else { nil }
    }

    /// Stops what ``prepare(_:)`` started.
    func stop() {
        if case .privateServer(let server) = self { server.stop() }
    }
}
