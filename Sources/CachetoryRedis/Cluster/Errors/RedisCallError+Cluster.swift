import CachetoryRESP

extension RedisCallError {
    /// The same error with the node and the slot that it came from, unless it names the node itself.
    func from(_ node: RedisClientConfiguration.Address, slot: HashSlot?) -> RedisCallError {
        switch self {
        case .server(let error): .server(error.from(node: "\(node)", slot: slot?.number))
        case .timedOut, .connectionLost, .protocolViolation, .poolExhausted, .unexpectedReply:
            .failed(at: node, slot: slot?.number, self)
        default: self
        }
    }

    /// The error of a call in parts. If all of them found the client closed, it is `closed`, as of any other call.
    static func parts(_ failures: [RedisClusterError.Failure], done: Int, of count: Int) -> RedisCallError {
        if done == 0, !failures.isEmpty, failures.allSatisfy({ $0.reason == .closed }) { return .closed }
        return .cluster(RedisClusterError(.nodesFailed, failures: failures, partsDone: done, parts: count))
    }

    /// The error of a call to several nodes; nil if none failed. An error that is no `RedisCallError` is returned as it
    /// is.
    static func joining(
        _ failed: [(address: RedisClientConfiguration.Address, error: any Error)], of count: Int
    ) -> (any Error)? {
        if failed.isEmpty { return nil }
        var failures: [RedisClusterError.Failure] = []
        for (address, error) in failed {
            guard let error = error as? RedisCallError else { return error }
            failures.append(.init(node: "\(address)", slot: nil, error))
        }
        return RedisCallError.cluster(
            RedisClusterError(.nodesFailed, failures: failures, partsDone: count - failures.count, parts: count))
    }
}

extension RedisClusterError.Failure {
    /// - Parameter slot: that of the part which failed, for an error that does not name it.
    init(of error: RedisCallError, slot: HashSlot?) {
        switch error {
        case .cluster(let error)
        where error.reason == .nodesFailed && error.failures.count == 1 && error.partsDone == 0:
            self = error.failures[0]
        case .cluster(let error) where error.reason == .nodesFailed:
            self.init(node: error.node, slot: slot?.number ?? error.slot, .cluster(error))
        case .server(let refusal): self.init(node: refusal.node, slot: slot?.number, error)
        case .connectFailed(let node, _), .tlsFailed(let node, _), .handshakeRefused(let node, _):
            self.init(node: node, slot: slot?.number, error)
        default: self.init(node: nil, slot: slot?.number, error)
        }
    }
}

extension RESPReply {
    /// The reply to a request, whose errors name the node and the slot that they came from.
    func from(_ node: RedisClientConfiguration.Address, slot: HashSlot?, to request: Request) -> RESPReply {
        switch self {
        case .error(let error): return .error(error.from(node: "\(node)", slot: slot?.number))
        case .array(var replies) where request.replyCount > 1:
            let last = replies.count - 1
            for index in replies.indices { replies[index].come(from: node, slot: slot) }
            // The results of a transaction's commands come together.
            if request.kind == .transaction, last >= 0, case .array(var results) = replies[last] {
                for index in results.indices { results[index].come(from: node, slot: slot) }
                replies[last] = .array(results)
            }
            return .array(replies)
        default: return self
        }
    }

    private mutating func come(from node: RedisClientConfiguration.Address, slot: HashSlot?) {
        guard case .error(let error) = self else { return }
        self = .error(error.from(node: "\(node)", slot: slot?.number))
    }
}
