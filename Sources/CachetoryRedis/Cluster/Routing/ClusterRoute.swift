import CachetoryRESP

/// Where a request goes in a cluster.
enum ClusterRoute {
    /// To any primary: it has no key.
    case anyNode
    case slot(HashSlot)
    /// The keys of one command in several slots, in parts.
    case keys(RequestSplit)
    /// Several commands, each by itself.
    case commands([RESPCommand])

    /// The route of a request.
    ///
    /// - Throws: ``RedisClusterError/Reason/crossSlot`` for a transaction on keys of several slots, and
    ///   ``RedisClusterError/Reason/needsOneNode(command:)`` for what means something on one node alone.
    init(_ request: Request) throws(RedisCallError) {
        if case .commands(let first, let rest) = request.form {
            for command in [first] + rest where command.name == "SCAN" {
                throw .cluster(RedisClusterError(.needsOneNode(command: "SCAN")))
            }
            if !rest.isEmpty, request.kind == .plain {
                self = .commands([first] + rest)
                return
            }
        }
        switch request.placement {
        case .keyless: self = .anyNode
        case .slot(let slot):
            // While the slot is on its way, its keys may have to go one by one.
            if let whole = RequestSplit(whole: request, in: slot) { self = .keys(whole) } else { self = .slot(slot) }
        case .split(let split): self = .keys(split)
        case .severalSlots(let first):
            if request.kind.isTransaction { throw .cluster(RedisClusterError(.crossSlot)) }
            // The server says so itself.
            self = .slot(first)
        }
    }
}

extension RequestSplit {
    func callParts<Pool>() -> [SplitCall<Pool>.Part] {
        parts.map { SplitCall.Part(slot: $0.slot, request: $0.request) }
    }
}

extension [RESPCommand] {
    func callParts<Pool>() -> [SplitCall<Pool>.Part] {
        map { command in
            switch KeyPositions.route(of: command) {
            case .keyless: SplitCall.Part(slot: nil, request: Request(command))
            case .slot(let slot), .severalSlots(let slot): SplitCall.Part(slot: slot, request: Request(command))
            }
        }
    }
}
