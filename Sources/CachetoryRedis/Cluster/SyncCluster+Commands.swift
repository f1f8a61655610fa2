import CachetoryRESP

// What callers ask for, as on one server.
extension SyncCluster {
    func execute(_ command: RESPCommand) throws(RedisCallError) -> RESPReply {
        try command.checkIsShareable()
        return try send(Request(command)).throwingErrorReply()
    }

    func pipeline(_ commands: [RESPCommand]) throws(RedisCallError) -> [RESPReply] {
        for command in commands { try command.checkIsShareable() }
        guard let first = commands.first else { return [] }
        let reply = try send(Request(first, Array(commands.dropFirst())))
        if commands.count > 1, case .array(let replies) = reply { return replies }
        return [reply]
    }

    func transaction(_ commands: [RESPCommand]) throws(RedisCallError) -> [RESPReply] {
        if commands.isEmpty { return [] }
        for command in commands { try command.checkIsShareable() }
        return try send(Request(transaction: commands)).transactionReplies()
    }

    /// The connections to the node that serves a key.
    func pool(for key: String) throws(RedisCallError) -> SyncConnectionPool {
        let slot = HashSlot(of: key)
        return try find(for: slot) { $0.node(of: slot) }.pool
    }

    /// Looks something up in the routes; waits for other ones where it is missing, for a second or so.
    private func find<Found>(
        for slot: HashSlot?, in look: (ClusterRoutes<SyncConnectionPool>) -> Found?
    ) throws(RedisCallError) -> Found {
        var wait = ClusterWait(cluster, for: slot)
        let deadline = deadline(from: .now)
        while true {
            let routes = cluster.routes
            if let found = look(routes) { return found }
            try cluster.checkOpen()
            guard let end = wait.next(until: deadline) else { throw cluster.reasonWithoutNode(for: slot) }
            monitor.requestRefresh()
            self.wait(for: .change(since: routes.version), until: end)
        }
    }
}

// MARK: - Each primary

extension SyncCluster {
    func onEachPrimary<Result>(_ body: (SyncConnectionPool) throws -> Result) throws -> [Result] {
        try onEach(of: find(for: nil) { $0.nodes.isEmpty ? nil : $0.nodes }) { try body($0.pool) }
    }

    /// Does something on each primary, and again where slots were moved meanwhile, or are on their way: what it is about may
    /// have gone with them from a node that it had yet to come to, to one where it had been. ``ClusterPasses`` says how often.
    func onEachPrimaryUntilSettled(_ body: (SyncConnectionPool) throws -> Void) throws {
        var passes = ClusterPasses(until: deadline(from: .now))
        while true {
            let routes = try find(for: nil) { $0.nodes.isEmpty ? nil : $0 }
            var isMoving = false
            do {
                let moves = try onEach(of: routes.nodes) { node in
                    try body(node.pool)
                    return SlotMigration.isUnderWay(try node.pool.send(SlotMigration.question))
                }
                isMoving = moves.contains(true)
                passes.succeed()
            } catch {
                passes.fail(error)
            }
            // What was asked during the pass does not know what has moved at its end.
            let end = Timestamp.now
            monitor.requestRefresh()
            wait(for: .refresh(after: end), until: passes.patience ?? deadline(from: end))
            let hasChanged = isMoving || cluster.routes.version > routes.version
            if try passes.isOver(hasChanged: hasChanged, at: .now) { return }
        }
    }

    /// Does something for each of some nodes, even if it fails for others.
    ///
    /// - Throws: what failed where, when all are done.
    private func onEach<Result>(of nodes: [Node], _ body: (Node) throws -> Result) throws -> [Result] {
        var results: [Result] = []
        var failed: [(address: RedisClientConfiguration.Address, error: any Error)] = []
        for node in nodes {
            do {
                results.append(try body(node))
            } catch {
                failed.append((node.address, error))
            }
        }
        if let error = RedisCallError.joining(failed, of: nodes.count) { throw error }
        return results
    }
}
