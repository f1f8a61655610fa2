import CachetoryLocking
package import CachetoryRESP
import CachetorySmallFoundation

/// A cluster for tasks: a ``ConnectionPool`` for each primary, and the routes to them.
package final class AsyncCluster: Sendable {
    typealias Node = ClusterNode<ConnectionPool>

    let configuration: RedisClusterConfiguration
    let cluster: ClusterMap<ConnectionPool>
    let monitor: ClusterMonitor
    let reactors: [Reactor]
    private let commandTime: Int64

    /// A cluster that is first asked for its map when somebody calls.
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that contradict each other; the system's error where it has no
    ///   descriptor left for the client's own use.
    package init(_ configuration: RedisClusterConfiguration) throws {
        try configuration.validate()
        self.configuration = configuration
        commandTime = configuration.node.commandTimeout?.nanoseconds ?? .max
        let reactors = try (0..<Self.reactorCount).map { _ in try Reactor() }
        let nextReactor = Lock(0)
        let tls = configuration.node.tls.map(TLSContextSource.init)
        let reference = MonitorReference()
        let limit = ConnectLimit(wake: reference.noteDeadline)
        cluster = ClusterMap(seeds: configuration.seeds, limit) { address in
            let reactor = nextReactor.withLock { next in
                next += 1
                return reactors[next % reactors.count]
            }
            return ClusterNode(
                address,
                makePool: { health in
                    ConnectionPool(
                        configuration.configuration(ofNode: address), reactor: reactor,
                        in: ClusterMembership(tls: tls, connectLimit: limit, health: health))
                },
                requestRefresh: reference.requestRefresh)
        }
        monitor = ClusterMonitor(configuration, tls: tls, owner: cluster)
        reference.set(monitor)
        self.reactors = reactors
    }

    deinit {
        monitor.stop()
        for reactor in reactors { reactor.stop() }
    }

    /// One thread reads the replies of a million calls a second; with many processors more may be asked.
    private static var reactorCount: Int { max(1, ProcessInfo.processInfo.activeProcessorCount / 4) }

    func deadline(from start: Timestamp) -> Timestamp { start + commandTime }

    /// The executor of the thread that reads the replies, the first one's where there are several.
    package var taskExecutor: any TaskExecutor { reactors[0] }

    package func checkOpen() throws(RedisCallError) { try cluster.checkOpen() }

    /// Lets commands in flight finish that somebody waits for, for five seconds at most, and closes all connections.
    package func close() async {
        guard let nodes = cluster.close() else { return }
        monitor.stop()
        await withTaskGroup(of: Void.self) { group in
            for case let pool? in nodes.map({ $0.close() }) { group.addTask { await pool.close() } }
        }
        for reactor in reactors { reactor.stop() }
    }
}

// MARK: - A request of one slot

extension AsyncCluster {
    /// Sends a request to the node that serves its slot, follows redirects, and sends again what was not executed.
    package func send(_ request: Request) async throws -> RESPReply {
        let now = Timestamp.now
        let deadline = deadline(from: now)
        guard let slot = request.slotOfOnlyKey, let node = cluster.routes.node(of: slot) else {
            return try await sendElsewhere(request, until: deadline)
        }
        let first: Result<RESPReply, any Error>
        do {
            let reply = try await node.pool.attempt(request, at: now, until: deadline)
            if RetryPolicy.isFinal(reply, to: request) { return reply }
            first = .success(reply)
        } catch {
            first = .failure(error)
        }
        return try await sendAgain(request, slot, after: first, from: node, until: deadline)
    }

    /// What has no slot of its own, or several, or one that nobody is known to serve.
    @inline(never)
    private func sendElsewhere(_ request: Request, until deadline: Timestamp) async throws -> RESPReply {
        switch try ClusterRoute(request) {
        case .anyNode: return try await send(request, to: nil, until: deadline)
        case .slot(let slot): return try await send(request, to: slot, until: deadline)
        case .keys(let split): return try split.join(try await send(split.callParts(), until: deadline))
        case .commands(let commands):
            let parts: [SplitCall<ConnectionPool>.Part] = commands.callParts()
            return .array(try await send(parts, until: deadline).replies { parts[$0].slot })
        }
    }

    /// - Parameter slot: nil for any node.
    func send(_ request: Request, to slot: HashSlot?, until deadline: Timestamp) async throws -> RESPReply {
        try await sendAgain(request, slot, after: nil, from: nil, until: deadline)
    }

    /// Goes on until there is an answer.
    ///
    /// - Parameters:
    ///   - result: that of the attempt before; nil if there was none.
    ///   - node: who gave it.
    @inline(never)
    private func sendAgain(
        _ request: Request, _ slot: HashSlot?, after result: Result<RESPReply, any Error>?, from node: Node?,
        until deadline: Timestamp
    ) async throws -> RESPReply {
        var routing = ClusterRouting(request, slot, self.cluster, repeatsTimeout: configuration.node.retryOnTimeout)
        var (result, node, deadline) = (result, node, deadline)
        while true {
            let step = routing.step(after: result, from: node, until: &deadline) { self.deadline(from: .now) }
            if routing.takesRefresh() { monitor.requestRefresh(because: node?.address) }
            switch step {
            case .answer(let answer): return try answer.get()
            case .wait(let version, let end):
                try await wait(for: .change(since: version), until: end)
                (result, node) = (nil, nil)
            case .send(let next, let asking, let pause):
                if pause > .zero { try await reactors[0].pause(for: pause) }
                node = next
                let sent = asking ? request.asking : request
                do {
                    let reply = try await next.pool.attempt(sent, at: .now, until: deadline)
                    result = .success(asking ? request.removingAsking(from: reply) : reply)
                } catch {
                    result = .failure(error)
                }
            }
        }
    }

    /// Waits until something has happened to the map, or until a moment.
    func wait(for event: ClusterMap<ConnectionPool>.Event, until end: Timestamp) async throws {
        let waiter = Waiter<Void>()
        guard cluster.wait(for: event, until: end, { waiter.succeed(()) }) else { return }
        // Without the clock's thread, as the system has none left, the caller itself looks now and then.
        while !monitor.noteDeadline(end), !waiter.hasEnded, .now < end {
            try await reactors[0].pause(for: min(.nanoseconds(end - .now), ClusterMonitor.pauseWithoutThread))
        }
        if waiter.hasEnded || .now < end { try await waiter.value() }
    }
}
