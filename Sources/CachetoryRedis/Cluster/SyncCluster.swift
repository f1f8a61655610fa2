import CachetoryLocking
package import CachetoryRESP
import CachetorySmallFoundation
import Dispatch

/// A cluster for blocking code: a ``SyncConnectionPool`` for each primary, and the routes to them.
package final class SyncCluster: Sendable {
    typealias Node = ClusterNode<SyncConnectionPool>

    let configuration: RedisClusterConfiguration
    let cluster: ClusterMap<SyncConnectionPool>
    let monitor: ClusterMonitor
    private let commandTime: Int64

    /// A cluster that is first asked for its map when somebody calls.
    ///
    /// - Throws: ``RedisClientConfigurationError`` for values that contradict each other.
    package init(_ configuration: RedisClusterConfiguration) throws {
        try configuration.validate()
        self.configuration = configuration
        commandTime = configuration.node.commandTimeout?.nanoseconds ?? .max
        let tls = configuration.node.tls.map(TLSContextSource.init)
        let reference = MonitorReference()
        let limit = ConnectLimit(wake: reference.noteDeadline)
        cluster = ClusterMap(seeds: configuration.seeds, limit) { address in
            ClusterNode(
                address,
                makePool: { health in
                    SyncConnectionPool(
                        configuration.configuration(ofNode: address),
                        in: ClusterMembership(tls: tls, connectLimit: limit, health: health))
                },
                requestRefresh: reference.requestRefresh)
        }
        monitor = ClusterMonitor(configuration, tls: tls, owner: cluster)
        reference.set(monitor)
    }

    deinit {
        monitor.stop()
    }

    func deadline(from start: Timestamp) -> Timestamp { start + commandTime }

    package func checkOpen() throws(RedisCallError) { try cluster.checkOpen() }

    /// Lets calls in flight finish, for five seconds at most, and closes the connections.
    package func close() {
        guard let nodes = cluster.close() else { return }
        monitor.stop()
        let pools = nodes.compactMap { $0.close() }
        let closed = DispatchSemaphore(value: 0)
        var started = 0
        for pool in pools {
            do {
                try JoinableThread.startDetached {
                    pool.close()
                    closed.signal()
                }
                started += 1
            } catch {
                pool.close()
            }
        }
        for _ in 0..<started { closed.wait() }
    }
}

// MARK: - A request of one slot

extension SyncCluster {
    /// Sends a request to the node that serves its slot, follows redirects, and sends again what was not executed.
    package func send(_ request: Request) throws(RedisCallError) -> RESPReply {
        let now = Timestamp.now
        let deadline = deadline(from: now)
        guard let slot = request.slotOfOnlyKey, let node = cluster.routes.node(of: slot) else {
            return try sendElsewhere(request, until: deadline)
        }
        let first: Result<RESPReply, any Error>
        do throws(RedisCallError) {
            let reply = try node.pool.attempt(request, at: now, trustsIdle: true, until: deadline)
            if RetryPolicy.isFinal(reply, to: request) { return reply }
            first = .success(reply)
        } catch {
            first = .failure(error)
        }
        return try sendAgain(request, slot, after: first, from: node, until: deadline)
    }

    /// What has no slot of its own, or several, or one that nobody is known to serve.
    @inline(never)
    private func sendElsewhere(_ request: Request, until deadline: Timestamp) throws(RedisCallError) -> RESPReply {
        switch try ClusterRoute(request) {
        case .anyNode: return try send(request, to: nil, until: deadline)
        case .slot(let slot): return try send(request, to: slot, until: deadline)
        case .keys(let split): return try split.join(try send(split.callParts(), until: deadline))
        case .commands(let commands):
            let parts: [SplitCall<SyncConnectionPool>.Part] = commands.callParts()
            return .array(try send(parts, until: deadline).replies { parts[$0].slot })
        }
    }

    /// - Parameter slot: nil for any node.
    func send(_ request: Request, to slot: HashSlot?, until deadline: Timestamp) throws(RedisCallError) -> RESPReply {
        try sendAgain(request, slot, after: nil, from: nil, until: deadline)
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
    ) throws(RedisCallError) -> RESPReply {
        var routing = ClusterRouting(request, slot, cluster, repeatsTimeout: configuration.node.retryOnTimeout)
        var (result, node, deadline) = (result, node, deadline)
        while true {
            let step = routing.step(after: result, from: node, until: &deadline) { self.deadline(from: .now) }
            if routing.takesRefresh() { monitor.requestRefresh(because: node?.address) }
            switch step {
            case .answer(.success(let reply)): return reply
            case .answer(.failure(let error)): throw Self.callError(error)
            case .wait(let version, let end):
                wait(for: .change(since: version), until: end)
                (result, node) = (nil, nil)
            case .send(let next, let asking, let pause):
                blockThread(for: pause)
                node = next
                do throws(RedisCallError) {
                    let reply = try next.pool.attempt(
                        asking ? request.asking : request, at: .now, trustsIdle: false, until: deadline)
                    result = .success(asking ? request.removingAsking(from: reply) : reply)
                } catch {
                    result = .failure(error)
                }
            }
        }
    }

    /// Waits until something has happened to the map, or until a moment.
    func wait(for event: ClusterMap<SyncConnectionPool>.Event, until end: Timestamp) {
        let semaphore = DispatchSemaphore(value: 0)
        guard cluster.wait(for: event, until: end, { semaphore.signal() }) else { return }
        var hasClock = false
        // Without the clock's thread, as the system has none left, the caller itself tries now and then to have one.
        repeat {
            hasClock = monitor.noteDeadline(end)
            let time = max(0, end - .now)
            let pause = hasClock ? time : min(time, ClusterMonitor.pauseWithoutThread.nanoseconds)
            if semaphore.wait(timeout: .now() + .nanoseconds(Int(clamping: pause))) == .success { return }
        } while !hasClock && .now < end
    }

    /// Blocking calls throw nothing else: they know no cancellation.
    static func callError(_ error: any Error) -> RedisCallError {
        error as? RedisCallError ?? .unexpectedReply(command: "", reply: "\(error)")
    }
}
