import CachetoryRESP

// Requests of several slots.
extension SyncCluster {
    private typealias Call = SplitCall<SyncConnectionPool>

    /// Sends the parts of a request, each to the node that serves its slot, all at the same time.
    func send(
        _ parts: [SplitCall<SyncConnectionPool>.Part], until deadline: Timestamp
    ) throws(RedisCallError) -> [PartResult] {
        var call = Call(parts, cluster, repeatsTimeout: configuration.node.retryOnTimeout)
        var deadline = deadline
        while true {
            let step: Call.Step
            do { step = try call.step(until: &deadline) { self.deadline(from: .now) } } catch {
                throw Self.callError(error)
            }
            if call.takesRefresh() { monitor.requestRefresh() }
            switch step {
            case .answer(let results): return results
            case .wait(let version, let end): wait(for: .change(since: version), until: end)
            case .send(let deliveries, let pause):
                blockThread(for: pause)
                deliver(deliveries, until: deadline) { call.note($1, to: $0) }
            }
        }
    }

    /// What one node gets, over one connection, one delivery after the other.
    private struct Turn {
        let node: Node
        let lease: SyncLease
        var deliveries: [Call.Delivery]

        enum Phase {
            case idle
            /// Whether the server accepts transactions.
            case checking
            /// The first of the deliveries.
            case delivering
        }
        private(set) var phase = Phase.idle

        /// Sends the first delivery. In front of the first transaction on a connection an empty one comes: see
        /// ``BlockingConnection/executeTransaction(_:until:)``.
        mutating func begin(at now: Timestamp, until deadline: Timestamp) -> RedisCallError? {
            // An earlier delivery may have left it in a state that is not to be used.
            guard lease.connection.isUsable else {
                return deadline <= now
                    ? .timedOut(.notExecuted)
                    : .connectionLost(reason: "it broke during another part of the call", .notExecuted)
            }
            let request = deliveries[0].request
            let checks = request.kind.isTransaction && !lease.connection.session.acceptsTransactions
            do throws(RedisCallError) {
                try lease.connection.begin(checks ? .emptyTransaction : request, at: now, until: deadline)
                phase = checks ? .checking : .delivering
                return nil
            } catch {
                return checks ? error.withNothingExecuted : error
            }
        }

        /// Waits for the reply to what was sent; nil if that was a check, and transactions are accepted.
        mutating func finish(until deadline: Timestamp) -> Result<RESPReply, any Error>? {
            let isCheck = if case .checking = phase { true } else { false }
            phase = .idle
            let request = isCheck ? Request.emptyTransaction : deliveries[0].request
            do throws(RedisCallError) {
                let reply = try lease.connection.finish(until: deadline)
                if !RetryPolicy.isFinal(reply, to: request) { lease.connection.noteState(reply, to: request) }
                return isCheck && lease.connection.session.acceptsTransactions ? nil : .success(reply)
            } catch {
                return .failure(isCheck ? error.withNothingExecuted : error)
            }
        }
    }

    private typealias Answer = (delivery: Call.Delivery, result: Result<RESPReply, any Error>)

    /// Writes to all nodes before it waits for the first reply.
    ///
    /// A node to which there is no connection has a thread of its own, as it may take all the time there is until there is
    /// one. Connections that are there are given back before any thread is waited for, so that no two calls wait for each
    /// other.
    private func deliver(
        _ deliveries: [Call.Delivery], until deadline: Timestamp,
        note: (Call.Delivery, Result<RESPReply, any Error>) -> Void
    ) {
        var turns: [Turn] = []
        var others: [[Call.Delivery]] = []
        for ofNode in Self.grouped(deliveries) {
            if let lease = ofNode[0].node.pool.tryLease(at: .now) {
                turns.append(Turn(node: ofNode[0].node, lease: lease, deliveries: ofNode))
            } else {
                others.append(ofNode)
            }
        }
        let last = turns.isEmpty ? others.popLast() : nil
        let threads = ThreadsOfNodes(others) { Self.deliver($0, until: deadline) }
        Self.run(&turns, until: deadline, note)
        if let last { Self.deliver(last, until: deadline).forEach(note) }
        threads.answers().forEach(note)
    }

    /// Those of each node.
    private static func grouped(_ deliveries: [Call.Delivery]) -> [[Call.Delivery]] {
        var groups: [[Call.Delivery]] = []
        for delivery in deliveries {
            if let last = groups.last, last[0].node === delivery.node {
                groups[groups.count - 1].append(delivery)
            } else {
                groups.append([delivery])
            }
        }
        return groups
    }

    /// Delivers to one node, be it that a connection has to be made first.
    private static func deliver(_ deliveries: [Call.Delivery], until deadline: Timestamp) -> [Answer] {
        let node = deliveries[0].node
        var answers: [Answer] = []
        var now = Timestamp.now
        do throws(RedisCallError) {
            let lease = try node.pool.lease(at: &now, trustsIdle: true, until: deadline)
            var turns = [Turn(node: node, lease: lease, deliveries: deliveries)]
            run(&turns, until: deadline) { answers.append(($0, $1)) }
        } catch {
            answers += deliveries.map { ($0, .failure(error)) }
        }
        return answers
    }

    /// Sends the first delivery of each node, waits for the replies, sends the next, and gives the connections back.
    private static func run(
        _ turns: inout [Turn], until deadline: Timestamp, _ note: (Call.Delivery, Result<RESPReply, any Error>) -> Void
    ) {
        for index in turns.indices { begin(&turns[index], at: .now, until: deadline, note) }
        while !turns.allSatisfy(\.deliveries.isEmpty) {
            for index in turns.indices where !turns[index].deliveries.isEmpty {
                if case .idle = turns[index].phase {
                } else if let result = turns[index].finish(until: deadline) {
                    note(turns[index].deliveries.removeFirst(), result)
                }
                begin(&turns[index], at: .now, until: deadline, note)
            }
        }
        for turn in turns { turn.node.pool.giveBack(turn.lease) }
    }

    /// Sends a node's next delivery, if there is one.
    private static func begin(
        _ turn: inout Turn, at now: Timestamp, until deadline: Timestamp,
        _ note: (Call.Delivery, Result<RESPReply, any Error>) -> Void
    ) {
        while !turn.deliveries.isEmpty, let error = turn.begin(at: now, until: deadline) {
            note(turn.deliveries.removeFirst(), .failure(error))
        }
    }
}
