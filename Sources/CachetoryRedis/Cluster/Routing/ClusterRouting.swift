import CachetoryRESP

/// The way of one request through a cluster: to whom it is sent, and what follows from each result. Async and blocking calls
/// differ in how they wait, and in nothing else.
struct ClusterRouting<Pool: ClusterPool> {
    enum Step {
        case answer(Result<RESPReply, any Error>)
        /// Until the routes are newer than that version, or a moment.
        case wait(since: UInt64, until: Timestamp)
        case send(to: ClusterNode<Pool>, asking: Bool, after: Duration)
    }

    private let request: Request
    private let slot: HashSlot?
    private let cluster: ClusterMap<Pool>
    private var policy: ReroutePolicy

    /// The routes that the present attempt follows.
    private var version: UInt64 = 0

    private var wantsRefresh = false

    /// Who could not answer a request that any node can.
    private var failed: Set<ObjectIdentifier> = []

    /// - Parameter slot: nil for a request that any node can answer.
    init(_ request: Request, _ slot: HashSlot?, _ cluster: ClusterMap<Pool>, repeatsTimeout: Bool) {
        self.request = request
        self.slot = slot
        self.cluster = cluster
        policy = ReroutePolicy(request, slot: slot, repeatsTimeout: repeatsTimeout)
    }

    /// Whether the map is in doubt, since this was last asked.
    mutating func takesRefresh() -> Bool {
        defer { wantsRefresh = false }
        return wantsRefresh
    }

    /// What to do at first, or after an attempt.
    ///
    /// - Parameters:
    ///   - result: that of the attempt; nil before the first and after a wait.
    ///   - node: who gave it.
    ///   - newDeadline: that of a request which is sent again with all its time.
    mutating func step(
        after result: Result<RESPReply, any Error>?, from node: ClusterNode<Pool>?, until deadline: inout Timestamp,
        startsOver newDeadline: () -> Timestamp
    ) -> Step {
        guard let result, let node else { return sendToOwner(after: .zero, until: deadline) }
        var generator = SystemGenerator()
        let now = Timestamp.now
        let decision = policy.decide(
            after: result, of: .init(to: node.address, begun: node.health.failingSince ?? now), to: request, at: now,
            until: deadline, using: &generator)
        if decision.refresh { wantsRefresh = true }
        if decision.startsOver { deadline = newDeadline() }
        if let move = decision.moved, let address = move.node { cluster.note(move: move.slot, to: address, by: node) }
        switch decision.action {
        case .answer:
            if slot == nil, result.isFailureToConnect, now < deadline, let other = findOther(than: node) {
                return .send(to: other, asking: false, after: .zero)
            }
            return .answer(answer(result, from: node))
        case .waitForMap(let end):
            if slot == nil, let other = findOther(than: node) { return .send(to: other, asking: false, after: .zero) }
            return wait(until: end, or: answer(result, from: node))
        case .send(to: .owner, let pause): return sendToOwner(after: pause, until: deadline)
        case .send(to: .node(let address, let isAsking), let pause):
            do throws(RedisCallError) {
                let next = try isAsking ? cluster.importingNode(at: address) : cluster.node(at: address, owning: slot)
                version = cluster.routes.version
                return .send(to: next, asking: isAsking, after: pause)
            } catch {
                return .answer(.failure(error))
            }
        }
    }

    private mutating func sendToOwner(after pause: Duration, until deadline: Timestamp) -> Step {
        let routes = cluster.routes
        version = routes.version
        let owner = if let slot { routes.node(of: slot) } else { routes.nodes.randomElement() }
        if let owner { return .send(to: owner, asking: false, after: pause) }
        do { try cluster.checkOpen() } catch { return .answer(.failure(error)) }
        wantsRefresh = true
        let reason = policy.reason(for: cluster.reasonWithoutNode(for: slot), of: request)
        let now = Timestamp.now
        let end = min(cluster.patience(for: slot, from: now), deadline)
        guard version > 0 else { return wait(until: end, or: .failure(reason)) }
        switch policy.decideWithoutOwner(at: now, until: end).action {
        case .waitForMap(let end): return wait(until: end, or: .failure(reason))
        default: return .answer(.failure(reason))
        }
    }

    /// A node for a request that any of them can answer, other than those that could not so far.
    private mutating func findOther(than node: ClusterNode<Pool>) -> ClusterNode<Pool>? {
        failed.insert(ObjectIdentifier(node))
        let routes = cluster.routes
        version = routes.version
        return routes.nodes.filter { !failed.contains(ObjectIdentifier($0)) }.randomElement()
    }

    /// Waits for other routes than those of the last attempt, unless the client is closed, or it is of no use any more.
    private func wait(until end: Timestamp, or answer: Result<RESPReply, any Error>) -> Step {
        do { try cluster.checkOpen() } catch { return .answer(.failure(error)) }
        return end <= .now ? .answer(answer) : .wait(since: version, until: end)
    }

    /// What the caller gets in the end.
    private func answer(
        _ result: Result<RESPReply, any Error>, from node: ClusterNode<Pool>
    ) -> Result<RESPReply, any Error> {
        do {
            let reply = try request.checkingNotQueued(policy.answer(result, to: request))
            return .success(reply.from(node.address, slot: slot, to: request))
        } catch let error as RedisCallError {
            return .failure(error.from(node.address, slot: slot))
        } catch {
            return .failure(error)
        }
    }
}

extension Result<RESPReply, any Error> {
    /// Whether there is no connection, so that nothing was sent.
    fileprivate var isFailureToConnect: Bool {
        if case .failure(let error as RedisCallError) = self { error.isRefusal } else { false }
    }
}
