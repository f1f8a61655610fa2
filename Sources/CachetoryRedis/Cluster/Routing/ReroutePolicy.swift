package import CachetoryRESP

/// What becomes of a request on a cluster after each attempt: where it is sent again, after what pause, or that it waits for
/// another map. Around ``RetryPolicy``, which says what may be sent twice.
///
/// For a request to one node: a command, a transaction, or several commands of one slot. There is one deadline for all of it.
package struct ReroutePolicy: Sendable {
    package typealias Address = RedisClientConfiguration.Address

    /// So many redirections are followed at once. A slot that moves twice meanwhile takes two.
    package static let redirectionsAtOnce = 5

    /// The request's own.
    private let slot: HashSlot?

    private var retry: RetryPolicy

    /// Since the last one that a pause was made for.
    private var redirections = 0

    private var losses = 0

    /// That the keys are on both sides of their slot's move, which says more than the `ASK` of the attempt after it.
    private var tryAgain: RESPServerError?

    /// Since when the request waits for a map that is right.
    private var waitingSince: Timestamp?

    /// For two nodes that redirect to each other. No pause is shorter than half of what it may be at most, so there are no
    /// more than 12 attempts in the first second, the first six of them at once, and 4 in each later one.
    private var redirectionBackoff = Backoff(base: .milliseconds(20), limit: .milliseconds(250))

    /// For keys that are on their way to another node: soon there.
    private var tryAgainBackoff = Backoff(base: .milliseconds(10), limit: .milliseconds(150))

    /// For a server that loads its data.
    private var passingBackoff = Backoff(base: .milliseconds(10), limit: .milliseconds(500))

    /// - Parameters:
    ///   - slot: which the request's keys are in; nil if it has none.
    ///   - repeatsTimeout: whether a request that timed out is sent once more, executed or not.
    package init(_ request: borrowing Request, slot: HashSlot?, repeatsTimeout: Bool = false) {
        self.slot = slot
        retry = RetryPolicy(request, repeatsTimeout: repeatsTimeout)
    }

    /// What to do after an attempt.
    package mutating func decide(
        after result: Result<RESPReply, any Error>, of attempt: Attempt, to request: Request, at now: Timestamp,
        until deadline: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> Decision {
        switch result {
        case .success(let reply):
            decide(after: reply, of: attempt, to: request, at: now, until: deadline, using: &generator)
        case .failure(let error as RedisCallError): decide(after: error, of: attempt, at: now, until: deadline)
        case .failure: Decision(.answer)
        }
    }

    /// What to do after a reply.
    package mutating func decide(
        after reply: RESPReply, of attempt: Attempt, to request: Request, at now: Timestamp, until deadline: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> Decision {
        guard let error = Self.refusal(in: reply, to: request, slot: slot) else { return Decision(.answer) }
        note(error)
        if let redirection = Redirection(error, from: attempt.node) {
            return follow(redirection, from: attempt.node, at: now, until: deadline, using: &generator)
        }
        switch error.code {
        case "LOADING", "MASTERDOWN":
            return Decision(send(after: passingBackoff.fail(using: &generator), at: now, until: deadline))
        case "TRYAGAIN":
            // The `ASK` before this one does not count, for the two nodes agree.
            redirections = 0
            return Decision(send(after: tryAgainBackoff.fail(using: &generator), at: now, until: deadline))
        default:
            // The node was demoted, or sees no majority; or it redirects to what is no address.
            return Decision(waitForMap(since: now, at: now, until: deadline), refresh: true)
        }
    }

    /// What to do after an attempt that got no reply.
    package mutating func decide(
        after error: RedisCallError, of attempt: Attempt, at now: Timestamp, until deadline: Timestamp
    ) -> Decision {
        switch error {
        case .connectFailed, .tlsFailed:
            // Waiting does not change a certificate.
            if error.isLasting { return Decision(.answer, refresh: true) }
            // An attempt that has taken its time has used up the patience, too.
            return Decision(waitForMap(since: attempt.begun, at: now, until: deadline), refresh: true)
        case .connectionLost:
            // No deadline here: `RetryPolicy` reads the system's clock, and this policy is given the time.
            guard retry.pause(after: error, until: .distantFuture) != nil else {
                return Decision(.answer, refresh: true)
            }
            losses += 1
            // A connection that breaks while nobody uses it is found out by the next caller, who need not wait.
            let action =
                losses == 1
                ? send(after: .zero, at: now, until: deadline) : waitForMap(since: now, at: now, until: deadline)
            return Decision(action, refresh: true)
        case .timedOut:
            // A node that is silent may have been replaced.
            guard retry.startsOver(after: error) else { return Decision(.answer, refresh: true) }
            waitingSince = nil
            return Decision(.send(to: .owner, after: .zero), refresh: true, startsOver: true)
        case .closed:
            // The node's pool was closed, as the node has no slots any more. Whoever closes the cluster checks that itself.
            losses += 1
            let action =
                losses <= Self.redirectionsAtOnce ? send(after: .zero, at: now, until: deadline) : .answer
            return Decision(action)
        default:
            return Decision(.answer)
        }
    }

    /// What to do before an attempt, if the map names no owner of the slot, or not where it is.
    package mutating func decideWithoutOwner(at now: Timestamp, until deadline: Timestamp) -> Decision {
        Decision(waitForMap(since: now, at: now, until: deadline), refresh: true)
    }

    /// What the caller gets in the end, with errors that name the command and its key.
    package func answer(_ result: Result<RESPReply, any Error>, to request: Request) throws -> RESPReply {
        var result = result
        if tryAgain != nil, case .success(let reply) = result, request.replyCount == 1 || request.kind == .transaction,
            Self.refusal(in: reply, to: request, slot: slot)?.code == "ASK"
        {
            // There was no time to follow it.
            result = .failure(RedisCallError.timedOut(.notExecuted))
        }
        return try retry.answer(result, to: request)
    }

    /// Why a request fails whose last attempt ended in an error.
    package func reason(for error: RedisCallError, of request: Request) -> RedisCallError {
        retry.reason(for: error, of: request)
    }
}

extension ReroutePolicy {
    /// Keeps what a caller is told whose time ends before there is an answer.
    private mutating func note(_ refusal: RESPServerError) {
        switch refusal.code {
        case "ASK": retry.refusal = tryAgain ?? refusal
        case "TRYAGAIN":
            tryAgain = refusal
            retry.refusal = refusal
        default:
            tryAgain = nil
            retry.refusal = refusal
        }
    }

    private mutating func follow(
        _ redirection: Redirection, from node: Address, at now: Timestamp, until deadline: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> Decision {
        var decision = Decision(.answer)
        if case .moved(let slot, let address) = redirection {
            decision.refresh = true
            decision.moved = SlotMove(slot: slot, node: address)
        }
        guard let address = redirection.address else {
            decision.refresh = true
            decision.action = waitForMap(since: now, at: now, until: deadline)
            return decision
        }
        redirections += 1
        var pause = Duration.zero
        if redirections > Self.redirectionsAtOnce {
            pause = redirectionBackoff.ceiling
            pause += redirectionBackoff.fail(using: &generator)
        }
        let isAsking = if case .ask = redirection { true } else { false }
        decision.action = send(to: .node(address, asking: isAsking), after: pause, at: now, until: deadline)
        return decision
    }

    /// There is no use in an attempt after the deadline.
    private func send(
        to target: Target = .owner, after pause: Duration, at now: Timestamp, until deadline: Timestamp
    ) -> Action {
        now + pause < deadline ? .send(to: target, after: pause) : .answer
    }

    /// A request waits as long as a pool waits for a connection. The limit is for all its waits together, as a new map may be no
    /// better than the last one.
    private mutating func waitForMap(since start: Timestamp, at now: Timestamp, until deadline: Timestamp) -> Action {
        let start = waitingSince ?? start
        waitingSince = start
        let end = min(start + ConnectCircuitBreaker.patience, deadline)
        return now < end ? .waitForMap(until: end) : .answer
    }
}
