import CachetoryLocking

/// What callers of a cluster share: who serves which slot, the nodes with their connections, and who waits for a change of
/// it. The same for tasks and for threads.
///
/// The routes are one reference under a lock that is held for a few instructions: a call reads them once. An array of atomic
/// numbers without a lock would have to keep each node alive for whoever has just read its number.
final class ClusterMap<Pool: ClusterPool>: Sendable {
    struct State {
        var routes = ClusterRoutes<Pool>()
        var topology: ClusterTopology?
        var nodes: [RedisClientConfiguration.Address: ClusterNode<Pool>] = [:]

        /// Nodes without slots, and when their connections are closed.
        var retired: [(node: ClusterNode<Pool>, closesAt: Timestamp)] = []

        /// What redirects said, and when, since the last refresh began.
        var moves: [Int: (address: RedisClientConfiguration.Address, at: Timestamp)] = [:]

        var waits: [Wait] = []

        /// When the last refresh began that has ended.
        var refreshed = Timestamp(nanoseconds: 0)

        /// Why the last refresh found nobody.
        var failure: RedisCallError?

        /// Of refreshes that find nobody.
        var outage = Outage()

        /// Whether no redirect has changed the routes since the topology was found.
        var isAsTopologySays = false

        /// Since when there are slots that nobody serves.
        var uncoveredSince: Timestamp?

        var isClosed = false
    }

    /// What there is to wait for.
    enum Event {
        /// The routes are newer than that version.
        case change(since: UInt64)
        /// A refresh has ended that began later than that.
        case refresh(after: Timestamp)
    }

    struct Wait {
        let event: Event
        let deadline: Timestamp
        let resume: @Sendable () -> Void
    }

    let state = Lock(State())
    private let seeds: [RedisClientConfiguration.Address]
    private let connectLimit: ConnectLimit
    private let makeNode: @Sendable (RedisClientConfiguration.Address) -> ClusterNode<Pool>

    /// For how long the connections of a node without slots are kept: it may get some again.
    static var retirementTime: Duration { .seconds(30) }

    /// At most once in this time, the connections of a node are replaced since it says that it is itself who serves a slot.
    static var replacementPause: Duration { .seconds(1) }

    init(
        seeds: [RedisClientConfiguration.Address], _ connectLimit: ConnectLimit,
        makeNode: @escaping @Sendable (RedisClientConfiguration.Address) -> ClusterNode<Pool>
    ) {
        self.seeds = seeds
        self.connectLimit = connectLimit
        self.makeNode = makeNode
    }
}

// MARK: - For calls

extension ClusterMap {
    @inline(__always)
    var routes: ClusterRoutes<Pool> { state.withLock { $0.routes } }

    /// The node that a `MOVED` names: as a rule the owner, since the routes follow it.
    func node(
        at address: RedisClientConfiguration.Address, owning slot: HashSlot?
    ) throws(RedisCallError) -> ClusterNode<Pool> {
        if let owner = slot.flatMap(routes.node), owner.address == address { return owner }
        return try importingNode(at: address)
    }

    /// The node that an `ASK` names, be it one without slots so far.
    func importingNode(at address: RedisClientConfiguration.Address) throws(RedisCallError) -> ClusterNode<Pool> {
        let (node, isServing) = try state.withLock { state throws(RedisCallError) in
            if state.isClosed { throw .closed }
            let node = state.node(at: address, makeNode)
            if state.routes.nodes.contains(where: { $0 === node }) { return (node, true) }
            state.retired.removeAll { $0.node === node }
            state.retired.append((node, .now + Self.retirementTime))
            return (node, false)
        }
        if !isServing { node.serveImported() }
        return node
    }

    /// Calls a closure once something has happened, or at a deadline.
    ///
    /// - Returns: false if it has happened already, or the client is closed; then it is not called.
    func wait(for event: Event, until deadline: Timestamp, _ resume: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard !state.isClosed, !state.hasHappened(event) else { return false }
            state.waits.append(Wait(event: event, deadline: deadline, resume: resume))
            return true
        }
    }

    /// Until when to wait for another owner of a slot, or for any map at all, before it is of no use any more.
    ///
    /// - Parameter start: when the wait began.
    func patience(for slot: HashSlot?, from start: Timestamp) -> Timestamp {
        state.withLock { state in
            let since: Timestamp?
            if state.routes.version == 0 {
                guard let failure = state.failure, let begin = state.outage.since(at: .now) else {
                    return .distantFuture
                }
                if failure.isLasting { return begin }
                since = begin
            } else if let slot, let node = state.routes.node(of: slot) {
                since = node.health.failingSince
            } else {
                since = state.uncoveredSince
            }
            return (since ?? start) + ConnectCircuitBreaker.patience
        }
    }

    /// Why there is nobody to whom a request could be sent.
    func reasonWithoutNode(for slot: HashSlot?) -> RedisCallError {
        state.withLock { state in
            if state.routes.version == 0 { return state.failure ?? silence }
            guard let slot else { return .timedOut(.notExecuted) }
            return .cluster(RedisClusterError(.slotNotServed(slot.number)))
        }
    }

    /// Nobody has answered so far, and the first refresh has not even failed yet.
    private var silence: RedisCallError {
        let failures = seeds.map { RedisClusterError.Failure(node: "\($0)", slot: nil, .timedOut(.notExecuted)) }
        return .cluster(RedisClusterError(.noNodeAnswered, failures: failures, parts: failures.count))
    }

    func checkOpen() throws(RedisCallError) {
        if state.withLock({ $0.isClosed }) { throw .closed }
    }
}

extension ClusterMap.State {
    mutating func node(
        at address: RedisClientConfiguration.Address,
        _ makeNode: (RedisClientConfiguration.Address) -> ClusterNode<Pool>
    ) -> ClusterNode<Pool> {
        if let node = nodes[address] { return node }
        let node = makeNode(address)
        nodes[address] = node
        return node
    }
}

// MARK: - Changes

extension ClusterMap {
    /// A refresh has found how things are.
    ///
    /// - Parameter begun: when it began. What redirects have said since is newer.
    func apply(_ topology: ClusterTopology, begun: Timestamp) {
        change { state in
            state.refreshed = begun
            // One that has just been started knows nobody yet.
            guard topology.coveredSlots > 0 || state.topology == nil else { return nil }
            (state.failure, state.outage) = (nil, Outage())
            if let known = state.topology, topology.isOlder(than: known) { return nil }
            state.moves = state.moves.filter { $0.value.at >= begun }
            if state.topology == topology, state.moves.isEmpty, state.isAsTopologySays { return nil }
            if let old = state.topology {
                // The connections to those addresses are to the nodes before.
                for address in topology.replacedAddresses(since: old) { state.nodes[address] = nil }
            }
            state.topology = topology
            var routes = ClusterRoutes<Pool>.of(topology, version: state.routes.version + 1) {
                state.node(at: $0, makeNode)
            }
            for (address, moves) in Dictionary(grouping: state.moves, by: \.value.address) {
                routes = routes.moving(moves.map(\.key), to: state.node(at: address, makeNode))
            }
            // An owner whose address is not known serves nobody either.
            state.uncoveredSince = routes.areComplete ? nil : state.uncoveredSince ?? .now
            state.isAsTopologySays = state.moves.isEmpty
            return routes
        }
    }

    /// A node has said who serves a slot.
    ///
    /// Where that is a replica of the slot's shard, it was promoted, and serves all of the shard.
    func note(move slot: HashSlot, to address: RedisClientConfiguration.Address, by teller: ClusterNode<Pool>) {
        change { state in
            let old = state.routes.node(of: slot)
            if let old, old.address == address {
                // As others have been told before, unless it names itself.
                return old === teller ? state.replacing(old, makeNode) : nil
            }
            let ranges = state.topology?.ranges(movedWith: slot, to: address) ?? [slot.number...slot.number]
            let slots = ranges.joined().filter { HashSlot($0).flatMap(state.routes.node) === old }
            let now = Timestamp.now
            state.isAsTopologySays = false
            for slot in slots { state.moves[slot] = (address, now) }
            return state.routes.moving(slots, to: state.node(at: address, makeNode))
        }
    }

    /// Nobody has told what the cluster is like.
    func noteFailure(_ error: RedisCallError, begun: Timestamp) {
        let waits = state.withLock { state in
            state.failure = error
            state.outage.fail(begun: begun, at: .now)
            state.refreshed = begun
            // Without any map, whoever waits for one is to see whether there is hope.
            return state.routes.version == 0 ? state.takeAllWaits() : state.takeWaits()
        }
        for wait in waits { wait.resume() }
    }

    /// Puts other routes in the place of those so far, and tells everybody whom that concerns.
    private func change(_ decide: (inout State) -> ClusterRoutes<Pool>?) {
        var gone: [ClusterNode<Pool>] = []
        var back: [ClusterNode<Pool>] = []
        var version: UInt64 = 0
        let waits = state.withLock { state -> [Wait] in
            if state.isClosed { return [] }
            guard let routes = decide(&state) else { return state.takeWaits() }
            version = routes.version
            let serving = Set(routes.nodes.map(ObjectIdentifier.init))
            let closesAt = Timestamp.now + Self.retirementTime
            for node in state.routes.nodes where !serving.contains(ObjectIdentifier(node)) {
                gone.append(node)
                state.retired.append((node, closesAt))
            }
            for retired in state.retired where serving.contains(ObjectIdentifier(retired.node)) {
                back.append(retired.node)
            }
            state.retired.removeAll { serving.contains(ObjectIdentifier($0.node)) }
            state.routes = routes
            return state.takeWaits()
        }
        for node in back { node.setServing(true, version: version) }
        for node in gone { node.setServing(false, version: version) }
        for wait in waits { wait.resume() }
    }
}

extension ClusterMap.State {
    /// A node that names itself is another one than its connections were made to, with the same address. New ones are made
    /// then, but not again and again to one that always does so.
    fileprivate mutating func replacing(
        _ node: ClusterNode<Pool>, _ makeNode: (RedisClientConfiguration.Address) -> ClusterNode<Pool>
    ) -> ClusterRoutes<Pool>? {
        guard node.madeAt + ClusterMap.replacementPause < .now else { return nil }
        let new = makeNode(node.address)
        nodes[node.address] = new
        return routes.replacing(node, by: new)
    }

    func hasHappened(_ event: ClusterMap.Event) -> Bool {
        switch event {
        case .change(let version): routes.version > version
        case .refresh(let start): refreshed > start
        }
    }

    /// Takes the waits that are over.
    mutating func takeWaits(at now: Timestamp = Timestamp(nanoseconds: 0)) -> [ClusterMap.Wait] {
        if waits.isEmpty { return [] }
        let over = waits.filter { hasHappened($0.event) || $0.deadline <= now }
        if !over.isEmpty { waits = waits.filter { !hasHappened($0.event) && $0.deadline > now } }
        return over
    }

    mutating func takeAllWaits() -> [ClusterMap.Wait] {
        defer { waits = [] }
        return waits
    }
}

// MARK: - What the clock brings about

extension ClusterMap {
    /// Ends waits that are over, has connections made whose turn has come, and closes those to nodes that have had no slots
    /// for long.
    ///
    /// - Returns: when there is something to do again.
    func tick(at now: Timestamp) -> Timestamp {
        let (waits, closed, next) = state.withLock { state in
            let waits = state.takeWaits(at: now)
            let closed = state.retired.filter { $0.closesAt <= now }.map(\.node)
            state.retired.removeAll { $0.closesAt <= now }
            for node in closed where state.nodes[node.address] === node { state.nodes[node.address] = nil }
            let next = min(
                state.waits.map(\.deadline).min() ?? .distantFuture,
                state.retired.map(\.closesAt).min() ?? .distantFuture)
            return (waits, closed, next)
        }
        for wait in waits { wait.resume() }
        for node in closed { node.close()?.closeInBackground() }
        return min(next, connectLimit.tick(at: now))
    }

    /// - Returns: the nodes, which are to be closed; nil if it was closed already.
    func close() -> [ClusterNode<Pool>]? {
        let closed: (nodes: [ClusterNode<Pool>], waits: [Wait])? = state.withLock { state in
            if state.isClosed { return nil }
            state.isClosed = true
            // Whoever calls from now on finds no node, and is told why.
            state.routes = .ofNobody(version: state.routes.version + 1)
            // One that was replaced is among the retired alone; to close one twice does no harm.
            return (state.nodes.values + state.retired.map(\.node), state.takeAllWaits())
        }
        for wait in closed?.waits ?? [] { wait.resume() }
        return closed?.nodes
    }
}

extension ClusterMap: ClusterMapOwner {
    var topology: ClusterTopology? { state.withLock { $0.topology } }
}
