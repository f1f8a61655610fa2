import CachetoryLocking
import CachetoryRESP
import Synchronization

// By whoever reads: the reactor, or a follower.
extension Connection {
    /// Why the connection ends, in the error of a caller.
    typealias Failure = (RedisCallError.Outcome) -> RedisCallError

    private static let refusedForSize = "the server refused a request for its size"

    /// Reads once, and hands out what came.
    ///
    /// - Returns: whether replies came.
    @discardableResult
    func read() -> Bool {
        var failure: Failure?
        do {
            if try !inbox.read(from: channel) {
                failure = { .connectionLost(reason: "the server closed it", $0) }
            }
        } catch {
            failure = { .connectionLost(reason: error.description, $0) }
        }
        // Before the delivery, with which the reading may be handed off.
        let isReleased = channel.takeRelease()
        do {
            try inbox.parse()
        } catch {
            failure = { .protocolViolation(reason: error.description, $0) }
        }
        let partialSize = inbox.partialSize
        noteReply(size: partialSize)
        let hasReplies = !inbox.isEmpty
        if hasReplies {
            deliver(&failure, partialSize: partialSize)
        } else if partialSize >= ReplySizes.largeSize {
            shared.withLock { $0.exchange.oldest?.notePartialReply(size: partialSize) }
        }
        if let failure {
            close(mayBeTooLarge: true, failure)
        } else if isReleased {
            resumeWriting(heldUp: true)
        }
        return hasReplies
    }

    /// Hands the replies that have arrived to their waiters, after the writing of what gathered until they came.
    ///
    /// - Parameter partialSize: how much has come of the reply behind them: the one who waits for it learns that.
    private func deliver(_ failure: inout Failure?, partialSize: Int) {
        let now = Timestamp.now
        var endsSilence = false
        var isInDoubt = false
        let actions: Pacing.Actions = shared.withLock { shared in
            let (inFlight, wasSilent) = (shared.exchange.inFlight, shared.exchange.overdueSince != nil)
            do throws(UnsolicitedReply) {
                try inbox.match(with: &shared.exchange)
            } catch {
                failure = { .protocolViolation(reason: error.description, $0) }
            }
            let answered = shared.exchange.finishReceiving(at: now)
            if partialSize >= ReplySizes.largeSize { shared.exchange.oldest?.notePartialReply(size: partialSize) }
            if largeBytes > 0 || shared.largeReplies > 0 { noteLargeBytes(of: &shared) }
            endsSilence = wasSilent && shared.exchange.overdueSince == nil
            if endsSilence { answers.store(true, ordering: .relaxed) }
            isInDoubt = shared.exchange.session.isInDoubt
            if isInDoubt { answers.store(false, ordering: .relaxed) }
            // The server is about to hang up, and reads nothing any more.
            if shared.exchange.isRefused { failure = { .connectionLost(reason: Self.refusedForSize, $0) } }
            if failure != nil { return [] }
            let actions = shared.pacing.repliesCame(
                upTo: answered, inFlight: inFlight, callers: inbox.answeredCount, at: now)
            return take(for: actions, &shared, at: .now)
        }
        perform(actions.intersection(.beforeDelivery))
        // Before the waiters go on, so that their next calls find the connection as free as it is.
        leases.subtract(inbox.answeredCount, ordering: .sequentiallyConsistent)
        inbox.deliver()
        if isInDoubt { closeOnceAnswered() }
        perform(actions.subtracting(.beforeDelivery))
        if let owner, endsSilence || owner.hasWaiters { owner.connectionFreed() }
    }

    /// Has the reactor watch the descriptor for what nobody else looks for.
    func watch() {
        do {
            // Under the lock, so that the last change is the one that counts.
            try shared.withLock { shared throws(Errno) in
                if shared.exchange.isClosed { return }
                var interest: Readiness = []
                if shared.pacing.isReactorReading { interest.insert(.readable) }
                if shared.isWritePaused, !shared.isWriteHeldUp { interest.insert(.writable) }
                try reactor.change(channel.socket.descriptor, token: token, to: interest)
            }
        } catch {
            close { .connectionLost(reason: error.description, $0) }
        }
    }
}
