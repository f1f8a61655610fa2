import CachetoryLocalServer

/// The store that is loaded, and what must be stopped at the end.
enum Target: Sendable {
    /// A store that the user named.
    case given(url: String)
    /// A private server, which stops with the program.
    case privateServer(LocalRedisServer)
    /// A private cluster, likewise.
    case privateCluster(LocalCluster)

    /// How many primaries a private cluster has, and how many replicas each of them: enough for each to be replaced.
    static let primaries = 3
    static let replicasPerPrimary = 1

    /// Takes the store of the options, or starts a private server or cluster, saying so.
    ///
    /// Where there is no server to start, a store in memory shows at least that the rest works.
    static func prepare(_ options: Options) throws -> Target {
        if let url = options.url { return .given(url: url) }
        if options.cluster { return try startCluster() }
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

    private static func startCluster() throws -> Target {
        let cluster = try LocalCluster.start(
            .init {
                $0.primaries = primaries
                $0.replicasPerPrimary = replicasPerPrimary
            })
        let addresses = cluster.nodes.map(\.address).joined(separator: ", ")
        StandardError.writeLine(
            "--cluster: started \(primaries) primaries and \(primaries * replicasPerPrimary) replicas, stopped at the end: "
                + addresses)
        return .privateCluster(cluster)
    }

    var url: String {
        switch self {
        case .given(let url): url
        case .privateServer(let server): server.unixURL
        case .privateCluster(let cluster): cluster.url
        }
    }

    /// The servers that the program started; one without a cluster.
    var servers: [LocalRedisServer] {
        switch self {
        case .given: []
        case .privateServer(let server): [server]
        case .privateCluster(let cluster): cluster.nodes.map(\.server)
        }
    }

    /// Stops what ``prepare(_:)`` started.
    func stop() {
        switch self {
        case .given: break
        case .privateServer(let server): server.stop()
        case .privateCluster(let cluster): cluster.stop()
        }
    }
}
