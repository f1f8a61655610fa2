import CachetoryRESP

// What callers ask for, as on one server.
extension AsyncCluster {
    func execute(_ command: RESPCommand) async throws -> RESPReply {
        try command.checkIsShareable()
        return try await send(Request(command)).throwingErrorReply()
    }

    func pipeline(_ commands: [RESPCommand]) async throws -> [RESPReply] {
        for command in commands { try command.checkIsShareable() }
        guard let first = commands.first else { return [] }
        let reply = try await send(Request(first, Array(commands.dropFirst())))
        if commands.count > 1, case .array(let replies) = reply { return replies }
        return [reply]
    }

    func transaction(_ commands: [RESPCommand]) async throws -> [RESPReply] {
        if commands.isEmpty { return [] }
        for command in commands { try command.checkIsShareable() }
        return try await send(Request(transaction: commands)).transactionReplies()
    }

    /// The connections to the node that serves a key.
    func pool(for key: String) async throws -> ConnectionPool {
        let slot = HashSlot(of: key)
        return try await find(for: slot) { $0.node(of: slot) }.pool
    }

    /// Looks something up in the routes; waits for other ones where it is missing, for a second or so.
    private func find<Found>(
        for slot: HashSlot?, in look: (ClusterRoutes<ConnectionPool>) -> Found?
    ) async throws -> Found {
        var wait = ClusterWait(cluster, for: slot)
        let deadline = deadline(from: .now)
        while true {
            let routes = cluster.routes
            if let found = look(routes) { return found }
            try cluster.checkOpen()
            guard let end = wait.next(until: deadline) else { throw cluster.reasonWithoutNode(for: slot) }
            monitor.requestRefresh()
            try await self.wait(for: .change(since: routes.version), until: end)
        }
    }
}

// MARK: - Each primary

extension AsyncCluster {
    /// So many nodes are worked on at once.
    static var nodesAtOnce: Int { 8 }

    func onEachPrimary<Result: Sendable>(
        _ body: @escaping @Sendable (ConnectionPool) async throws -> Result
    ) async throws -> [Result] {
        let nodes = try await find(for: nil) { $0.nodes.isEmpty ? nil : $0.nodes }
        return try await onEach(of: nodes) { try await body($0.pool) }
    }

    /// Does something on each primary, and again where slots were moved meanwhile, or are on their way: what it is about may
    /// have gone with them from a node that it had yet to come to, to one where it had been. ``ClusterPasses`` says how often.
    func onEachPrimaryUntilSettled(_ body: @escaping @Sendable (ConnectionPool) async throws -> Void) async throws {
        var passes = ClusterPasses(until: deadline(from: .now))
        while true {
            let routes = try await find(for: nil) { $0.nodes.isEmpty ? nil : $0 }
            var isMoving = false
            do {
                let moves = try await onEach(of: routes.nodes) { node in
                    try await body(node.pool)
                    return SlotMigration.isUnderWay(try await node.pool.send(SlotMigration.question))
                }
                isMoving = moves.contains(true)
                passes.succeed()
            } catch {
                passes.fail(error)
            }
            // What was asked during the pass does not know what has moved at its end.
            let end = Timestamp.now
            monitor.requestRefresh()
            try await wait(for: .refresh(after: end), until: passes.patience ?? deadline(from: end))
            let hasChanged = isMoving || cluster.routes.version > routes.version
            if try passes.isOver(hasChanged: hasChanged, at: .now) { return }
        }
    }

    /// Does something for each of some nodes, even if it fails for others.
    ///
    /// - Throws: what failed where, when all are done.
    private func onEach<Result: Sendable>(
        of nodes: [Node], _ body: @escaping @Sendable (Node) async throws -> Result
    ) async throws -> [Result] {
        var results: [Result] = []
        var failed: [(address: RedisClientConfiguration.Address, error: any Error)] = []
        await withTaskGroup(of: (Node, Swift.Result<Result, any Error>).self) { group in
            var left = nodes[...]
            for node in left.prefix(Self.nodesAtOnce) { group.addTask { await Self.run(body, node) } }
            left = left.dropFirst(Self.nodesAtOnce)
            for await (node, result) in group {
                switch result {
                case .success(let result): results.append(result)
                case .failure(let error): failed.append((node.address, error))
                }
                if let next = left.popFirst() { group.addTask { await Self.run(body, next) } }
            }
        }
        if let error = RedisCallError.joining(failed, of: nodes.count) { throw error }
        return results
    }

    private static func run<Result: Sendable>(
        _ body: @Sendable (Node) async throws -> Result, _ node: Node
    ) async -> (Node, Swift.Result<Result, any Error>) {
        do {
            return (node, .success(try await body(node)))
        } catch {
            return (node, .failure(error))
        }
    }
}
