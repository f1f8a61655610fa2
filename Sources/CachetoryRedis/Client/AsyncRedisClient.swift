public import CachetoryRESP

/// A client of one Redis or Valkey server or of a cluster, as the URL says, for `async` code.
///
/// ```swift
/// let client = try AsyncRedisClient(url: "redis+cluster://a:7000,b:7000")
/// let visits = try await client.execute(["INCR", "visits"])
/// await client.close()
/// ```
///
/// For one server it is a ``ConnectionPool``. For a cluster it has a pool for each primary, sends each command to the
/// node that serves its key, follows redirects and failovers, and sends again what was not executed.
public struct AsyncRedisClient: Sendable {
    /// What is on the other side.
    package enum Topology: Sendable {
        case server(ConnectionPool)
        case cluster(AsyncCluster)
    }

    package let topology: Topology

    package init(_ topology: Topology) {
        self.topology = topology
    }

    /// A client for a connection URL such as `redis://localhost` or `redis+cluster://a:7000,b:7000`.
    ///
    /// - Throws: ``RedisURLError``, which names what is wrong with the URL.
    public init(url: String) throws {
        try self.init(RedisTopologyConfiguration(url: url))
    }

    /// A client of one server. It connects when it is first used.
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that are not allowed or contradict each other; the
    ///   system's error if it has no file descriptor left for the client's own use.
    public init(_ configuration: RedisClientConfiguration) throws {
        try self.init(.server(configuration))
    }

    /// A client of a cluster. It asks which node serves which slots (`CLUSTER SLOTS`) when it is first used.
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that are not allowed or contradict each other; the
    ///   system's error if it has no file descriptor left for the client's own use.
    public init(_ configuration: RedisClusterConfiguration) throws {
        try self.init(.cluster(configuration))
    }

    package init(_ configuration: RedisTopologyConfiguration) throws {
        topology =
            switch configuration {
            case .server(let configuration): .server(try ConnectionPool(configuration))
            case .cluster(let configuration): .cluster(try AsyncCluster(configuration))
            }
    }

    /// The connection pool of the one server; nil for a cluster, where ``onEachPrimary(_:)`` lends the pool of each
    /// primary.
    public var pool: ConnectionPool? {
        if case .server(let pool) = topology { pool } else { nil }
    }

    /// Runs tasks on a thread that reads replies: see ``ConnectionPool/taskExecutor``. A cluster's client has one such
    /// thread for each four processors; this is the first of them, so calls to nodes of another thread still switch
    /// threads.
    public var taskExecutor: any TaskExecutor {
        switch topology {
        case .server(let pool): pool.taskExecutor
        case .cluster(let cluster): cluster.taskExecutor
        }
    }

    /// Whether it is a cluster, on which one command's keys have to be of one slot.
    package var isCluster: Bool {
        if case .cluster = topology { true } else { false }
    }

    /// Closes all connections, after the commands in flight have had five seconds at most to finish. Later calls throw
    /// ``RedisCallError/closed``.
    public func close() async {
        switch topology {
        case .server(let pool): await pool.close()
        case .cluster(let cluster): await cluster.close()
        }
    }

    /// Fails as a call would that has something to send.
    package func checkOpen() throws(RedisCallError) {
        switch topology {
        case .server(let pool): try pool.checkOpen()
        case .cluster(let cluster): try cluster.checkOpen()
        }
    }
}

extension AsyncRedisClient {
    /// Sends one command and waits for its reply: see ``ConnectionPool/execute(_:)``.
    ///
    /// On a cluster it goes to the node that serves its key, or to any primary if it has no key. One round trip, and
    /// one more for each redirect. It is never split: the server refuses keys of several slots (`CROSSSLOT`).
    /// ``RESPCommand/routed(by:)`` names the key of a command whose keys the client does not know.
    ///
    /// - Throws: as ``ConnectionPool/execute(_:)``. On a cluster, timeouts and lost connections are
    ///   ``RedisCallError/cluster(_:)``, which names the node and the slot. So is the refusal of `SCAN`, for which
    ///   there is ``onEachPrimary(_:)``.
    public func execute(_ command: RESPCommand) async throws -> RESPReply {
        switch topology {
        case .server(let pool): try await pool.execute(command)
        case .cluster(let cluster): try await cluster.execute(command)
        }
    }

    /// Sends several commands at once and waits for all their replies: see ``ConnectionPool/pipeline(_:)``.
    ///
    /// On a cluster each command goes to the node that serves its key, and all nodes are asked at the same time: one
    /// round trip, and one more if commands are redirected, for those alone. The commands of one slot stay in order;
    /// those of different slots may overtake each other. While a slot is being moved, only its commands on one and the
    /// same key stay in order.
    ///
    /// - Returns: a reply for each command, in order, and ``RESPReply/error(_:)`` for those that were refused.
    /// - Throws: as ``execute(_:)``. If some commands got no reply, the whole call fails with
    ///   ``RedisCallError/cluster(_:)``, which says how many were done.
    public func pipeline(_ commands: [RESPCommand]) async throws -> [RESPReply] {
        switch topology {
        case .server(let pool): try await pool.pipeline(commands)
        case .cluster(let cluster): try await cluster.pipeline(commands)
        }
    }

    /// Executes all the commands, or none, with nothing between them: see ``ConnectionPool/transaction(_:)``.
    ///
    /// On a cluster all keys have to be of one slot, as those with the same hash tag are.
    ///
    /// - Returns: a reply for each command, in order; ``RESPReply/error(_:)`` for one that failed.
    /// - Throws: as ``ConnectionPool/transaction(_:)``. On a cluster, ``RedisCallError/cluster(_:)`` with
    ///   ``RedisClusterError/Reason-swift.enum/crossSlot`` if the keys are of several slots; nothing was sent then.
    public func transaction(_ commands: [RESPCommand]) async throws -> [RESPReply] {
        switch topology {
        case .server(let pool): try await pool.transaction(commands)
        case .cluster(let cluster): try await cluster.transaction(commands)
        }
    }

    /// Lends a connection that nobody else uses until the closure ends: see ``ConnectionPool/withConnection(_:)``.
    ///
    /// On a cluster it is a connection to the node that serves the key. Redirects are not followed there: the closure
    /// gets them as ``RedisCallError/server(_:)``, with the code `MOVED` or `ASK`.
    ///
    /// - Throws: what the closure throws; ``RedisCallError`` if no connection can be had, or no node serves the key.
    public func withConnection<Result>(
        for key: String, _ body: (LeasedConnection) async throws -> Result
    ) async throws -> Result {
        switch topology {
        case .server(let pool): try await pool.withConnection(body)
        case .cluster(let cluster): try await cluster.pool(for: key).withConnection(body)
        }
    }

    /// Calls a closure with the connection pool of each primary, for up to eight at the same time; for one server, with
    /// its only pool.
    ///
    /// ```swift
    /// let client = try AsyncRedisClient(url: "redis+cluster://a:7000,b:7000")
    /// let sizes = try await client.onEachPrimary { try await $0.execute(["DBSIZE"]) }
    /// ```
    ///
    /// The pools are the client's own: do not close them. Redirects are not followed in the closure. If it fails on one
    /// primary, it is still called for the others.
    ///
    /// - Returns: what the closure returned for each primary, in no particular order.
    /// - Throws: on a cluster ``RedisCallError/cluster(_:)``, which names each node where the closure failed with a
    ///   ``RedisCallError``. Any other error of the closure is thrown as it is, and so are all errors on one server.
    public func onEachPrimary<Result: Sendable>(
        _ body: @escaping @Sendable (ConnectionPool) async throws -> Result
    ) async throws -> [Result] {
        switch topology {
        case .server(let pool): [try await body(pool)]
        case .cluster(let cluster): try await cluster.onEachPrimary(body)
        }
    }
}

extension AsyncRedisClient {
    /// Does something on each primary, and again where slots were moved meanwhile; of one server, on that.
    package func onEachPrimaryUntilSettled(
        _ body: @escaping @Sendable (ConnectionPool) async throws -> Void
    ) async throws {
        switch topology {
        case .server(let pool): try await body(pool)
        case .cluster(let cluster): try await cluster.onEachPrimaryUntilSettled(body)
        }
    }
}
