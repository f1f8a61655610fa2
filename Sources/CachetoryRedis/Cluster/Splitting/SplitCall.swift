import CachetoryRESP

/// A call under way that several nodes are needed for: its parts, of which each goes to the node that serves its slot, and
/// their replies.
///
/// In each round all parts that are left are sent at the same time, those of one node in one piece. What was redirected, or is
/// to be sent again for another reason, goes in the next round.
struct SplitCall<Pool: ClusterPool> {
    struct Part {
        /// Nil for what any node can answer.
        let slot: HashSlot?
        let request: Request
    }

    /// What one node gets in a round.
    struct Delivery: Sendable {
        let node: ClusterNode<Pool>
        /// One part, or several in one.
        let request: Request
        fileprivate let parts: [Sending]
    }

    fileprivate struct Sending {
        let part: Int
        /// Whether it goes behind `ASKING`, with a reply more.
        let isAsking: Bool
    }

    enum Step {
        case send([Delivery], after: Duration)
        case wait(since: UInt64, until: Timestamp)
        /// What became of each part.
        case answer([PartResult])
    }

    private struct Progress {
        let part: Part
        var routing: ClusterRouting<Pool>
        /// Nil before the first attempt, and after a wait.
        var result: (reply: Result<RESPReply, any Error>, node: ClusterNode<Pool>)?
        /// The last word on it.
        var end: Result<RESPReply, RedisCallError>?
        /// Why an attempt failed that may have been executed, though another one was to follow.
        var doubt: RedisCallError?
        /// What is known of it in the end; nil if it was not executed.
        var outcome: Result<RESPReply, RedisCallError>? { end ?? doubt.map { .failure($0) } }
        /// Where the parts are that its keys were divided into.
        var singles: Range<Int>?
    }

    private let cluster: ClusterMap<Pool>
    private let repeatsTimeout: Bool
    private let count: Int
    private var parts: [Progress] = []
    private var left: [Int] = []
    private var wantsRefresh = false

    init(_ parts: [Part], _ cluster: ClusterMap<Pool>, repeatsTimeout: Bool) {
        self.cluster = cluster
        self.repeatsTimeout = repeatsTimeout
        count = parts.count
        left = Array(add(parts))
    }

    private mutating func add(_ new: [Part]) -> Range<Int> {
        let first = parts.count
        parts += new.map { part in
            Progress(
                part: part, routing: ClusterRouting(part.request, part.slot, cluster, repeatsTimeout: repeatsTimeout))
        }
        return first..<parts.count
    }

    /// Whether the map is in doubt, since this was last asked.
    mutating func takesRefresh() -> Bool {
        defer { wantsRefresh = false }
        return wantsRefresh
    }

    /// The reply to a delivery, or why there is none.
    mutating func note(_ result: Result<RESPReply, any Error>, to delivery: Delivery) {
        guard delivery.parts.count > 1, case .success(.array(let replies)) = result,
            replies.count == delivery.request.replyCount
        else {
            for sending in delivery.parts {
                let request = parts[sending.part].part.request
                let own = sending.isAsking ? result.map { request.removingAsking(from: $0) } : result
                parts[sending.part].result = (own, delivery.node)
            }
            return
        }
        var rest = replies[...]
        for sending in delivery.parts {
            if sending.isAsking { rest = rest.dropFirst() }
            let own = rest.prefix(parts[sending.part].part.request.replyCount)
            let reply: RESPReply = own.count == 1 ? own[own.startIndex] : .array(Array(own))
            parts[sending.part].result = (.success(reply), delivery.node)
            rest = rest.dropFirst(own.count)
        }
    }

    /// What to do at first, and after all deliveries have been answered.
    ///
    /// - Throws: what is of the whole call, as a cancellation.
    mutating func step(until deadline: inout Timestamp, startsOver newDeadline: () -> Timestamp) throws -> Step {
        var sends: [(part: Int, node: ClusterNode<Pool>, isAsking: Bool)] = []
        var pause = Duration.zero
        var wait: (version: UInt64, end: Timestamp)?
        var hasFailed = false
        var (queue, kept): ([Int], [Int]) = (left, [])
        var next = 0
        while next < queue.count {
            let index = queue[next]
            next += 1
            if divide(index) {
                queue += parts[index].singles ?? 0..<0
                continue
            }
            switch stepOfPart(index, &deadline, newDeadline) {
            case .answer(.success(let reply)): parts[index].end = .success(reply)
            case .answer(.failure(let error)):
                guard let error = error as? RedisCallError else { throw error }
                parts[index].end = .failure(error)
                hasFailed = true
            case .wait(let version, let end):
                kept.append(index)
                wait = (version, min(end, wait?.end ?? end))
            case .send(let node, let isAsking, let after):
                kept.append(index)
                sends.append((index, node, isAsking))
                pause = max(pause, after)
            }
        }
        left = kept
        // What is left is not sent again: the call fails in any case.
        if hasFailed { return .answer((0..<count).map(result)) }
        if !sends.isEmpty { return .send(deliveries(sends), after: pause) }
        if let wait { return .wait(since: wait.version, until: wait.end) }
        return .answer((0..<count).map(result))
    }

    private mutating func stepOfPart(
        _ index: Int, _ deadline: inout Timestamp, _ newDeadline: () -> Timestamp
    ) -> ClusterRouting<Pool>.Step {
        let result = parts[index].result
        parts[index].result = nil
        if case .failure(let error as RedisCallError)? = result?.reply, error.outcome == .unknown {
            parts[index].doubt = error
        }
        if case .success(let reply)? = result?.reply, RetryPolicy.isFinal(reply, to: parts[index].part.request) {
            return .answer(.success(reply))
        }
        let step = parts[index].routing.step(
            after: result?.reply, from: result?.node, until: &deadline, startsOver: newDeadline)
        if parts[index].routing.takesRefresh() { wantsRefresh = true }
        return step
    }

    /// Keys that are on both sides of a move of their slot cannot be asked for together; one by one they always can.
    ///
    /// - Returns: whether that is so, and each of them is a part of its own now.
    private mutating func divide(_ index: Int) -> Bool {
        let part = parts[index].part
        guard case .success(let reply)? = parts[index].result?.reply, reply.errorCode == "TRYAGAIN",
            let singles = part.request.singles
        else { return false }
        parts[index].singles = add(singles.map { Part(slot: part.slot, request: $0) })
        return true
    }

    private func result(_ index: Int) -> PartResult {
        guard let singles = parts[index].singles else {
            return switch parts[index].outcome {
            case .success(let reply)?: .reply(reply)
            case .failure(let error)?: .failed(error)
            case nil: .notSent
            }
        }
        return PartResult(ofSingles: singles.map { parts[$0].outcome }, slot: parts[index].part.slot)
    }

    /// Those of one node in one piece, so that they stay in order, but each transaction by itself; in the order of the nodes'
    /// numbers.
    private func deliveries(_ sends: [(part: Int, node: ClusterNode<Pool>, isAsking: Bool)]) -> [Delivery] {
        var deliveries: [Delivery] = []
        var joined: [ObjectIdentifier: (node: ClusterNode<Pool>, parts: [Sending])] = [:]
        for (part, node, isAsking) in sends {
            let sending = Sending(part: part, isAsking: isAsking)
            let request = parts[part].part.request
            if request.kind.isTransaction {
                deliveries.append(
                    Delivery(node: node, request: isAsking ? request.asking : request, parts: [sending]))
            } else {
                joined[ObjectIdentifier(node), default: (node, [])].parts.append(sending)
            }
        }
        for (node, sendings) in joined.values {
            deliveries.append(Delivery(node: node, request: request(of: sendings), parts: sendings))
        }
        return deliveries.sorted { $0.node.number < $1.node.number }
    }

    private func request(of sendings: [Sending]) -> Request {
        let requests = sendings.map { (request: parts[$0.part].part.request, isAsking: $0.isAsking) }
        if requests.count > 1 { return Request(together: requests) }
        return requests[0].isAsking ? requests[0].request.asking : requests[0].request
    }
}

extension Request {
    /// A command for each of its keys, that together are worth the same; nil where there is no such thing.
    fileprivate var singles: [Request]? {
        guard case .keys(let name, let keys) = form, keys.count > 1 else { return nil }
        let single: StaticString = name.description == "MGET" ? "GET" : name
        return keys.map { Request(single, key: $0, isReadOnly: isReadOnly) }
    }
}
