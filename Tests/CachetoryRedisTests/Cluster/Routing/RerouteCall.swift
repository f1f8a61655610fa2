import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport

/// A request with its policy, in a time of its own: it begins at ``start`` and ends at ``deadline``.
struct RerouteCall {
    typealias Address = RedisClientConfiguration.Address

    static let (a, b) = (Address.tcp(host: "a", port: 1), Address.tcp(host: "b", port: 2))
    static let start = Timestamp.microseconds(1_000_000)
    static let deadline = start + .seconds(5)

    /// Of the key `k`.
    static let slot = HashSlot(of: "k")

    let request: Request
    var policy: ReroutePolicy
    var now = Self.start
    var random = SeededGenerator(seed: 1)

    init(_ request: Request, slot: HashSlot? = Self.slot, repeatsTimeout: Bool = false) {
        self.request = request
        policy = ReroutePolicy(request, slot: slot, repeatsTimeout: repeatsTimeout)
    }

    /// What is decided after a reply of one of the nodes.
    mutating func decide(
        _ reply: RESPReply, from node: Address = Self.a, until deadline: Timestamp = Self.deadline
    ) -> ReroutePolicy.Decision {
        let attempt = ReroutePolicy.Attempt(to: node, begun: now)
        return policy.decide(
            after: .success(reply), of: attempt, to: request, at: now, until: deadline, using: &random)
    }

    /// What is decided after an attempt at the node `a` that got no reply.
    mutating func decide(_ error: RedisCallError, begun: Timestamp? = nil) -> ReroutePolicy.Decision {
        let attempt = ReroutePolicy.Attempt(to: Self.a, begun: begun ?? now)
        return policy.decide(
            after: .failure(error), of: attempt, to: request, at: now, until: Self.deadline, using: &random)
    }

    /// What is decided after the first reply, which came from the node `a`.
    static func decision(_ reply: RESPReply, to request: Request) -> ReroutePolicy.Decision {
        var call = RerouteCall(request)
        return call.decide(reply)
    }
}

extension RESPReply {
    static func refusal(_ code: String, _ message: String = "and why") -> RESPReply {
        .error(RESPServerError(code: code, message: message))
    }

    static func moved(_ slot: HashSlot = RerouteCall.slot, to node: String = "b:2") -> RESPReply {
        refusal("MOVED", "\(slot.number) \(node)")
    }

    static func ask(_ slot: HashSlot = RerouteCall.slot, to node: String = "b:2") -> RESPReply {
        refusal("ASK", "\(slot.number) \(node)")
    }
}
