import CachetoryLocking
import CachetorySmallFoundation
import Dispatch

/// Looks host names up, within a deadline.
///
/// The system's resolver takes no timeout and cannot be stopped: with a dead name server it takes 10 s, and a broken module
/// of it may never return. So each lookup has a thread of its own, whose caller leaves it behind at the deadline. How many
/// threads there are is bounded.
package final class HostResolver: Sendable {
    /// Asks for the addresses of a host at a port, for as long as that takes.
    package typealias Lookup = @Sendable (_ host: String, _ port: Int) throws(ResolutionError) -> [SocketAddress]

    /// Lookups at once, of all pools of the process. Each takes a thread, and with a name server that is there about a
    /// millisecond: so many serve some ten thousand connects per second.
    package static let threadLimit = 16

    /// The system's resolver, which all pools share.
    package static let system = HostResolver { host, port throws(ResolutionError) in
        try SocketAddress.resolve(host: host, port: port)
    }

    private struct State {
        var permits = FairSemaphore(threadLimit)
        /// Threads whose callers have left.
        var abandoned = 0
    }

    private let lookup: Lookup
    private let state = Lock(State())

    package init(_ lookup: @escaping Lookup) {
        self.lookup = lookup
    }

    /// All addresses of a host, in the system's order of preference. An IP address is its own, and needs no thread. Blocks.
    package func addresses(
        of host: String, port: Int, until deadline: Timestamp
    ) throws(ResolutionError) -> [SocketAddress] {
        if let address = SocketAddress(literal: host, port: port) { return [address] }
        try takePermit(for: host, until: deadline)
        let answer = Answer()
        do {
            try JoinableThread.startDetached { [self] in
                let wasAwaited = answer.give(Result { () throws(ResolutionError) in try lookup(host, port) })
                returnPermit(wasAbandoned: !wasAwaited)
            }
        } catch {
            returnPermit(wasAbandoned: false)
            throw ResolutionError(host: host, reason: error.description)
        }
        guard let result = answer.wait(until: deadline, onLeaving: { state.withLock { $0.abandoned += 1 } }) else {
            throw ResolutionError(host: host, reason: "the name was not resolved in time")
        }
        return try result.get()
    }

    /// Waits for a thread to get free, unless there is no hope of that.
    private func takePermit(for host: String, until deadline: Timestamp) throws(ResolutionError) {
        let semaphore = DispatchSemaphore(value: 0)
        let (isTaken, isStuck) = state.withLock { state in
            if state.permits.take() { return (true, false) }
            if state.abandoned >= Self.threadLimit { return (false, true) }
            state.permits.join(semaphore)
            return (false, false)
        }
        if isTaken { return }
        let stuck = "the system's resolver hangs: \(Self.threadLimit) earlier lookups have not come back"
        if isStuck { throw ResolutionError(host: host, reason: stuck) }
        if semaphore.wait(timeout: DispatchTime(deadline)) == .success { return }
        if state.withLock({ $0.permits.leave(semaphore) }) { throw ResolutionError(host: host, reason: stuck) }
    }

    private func returnPermit(wasAbandoned: Bool) {
        state.withLock { state in
            if wasAbandoned { state.abandoned -= 1 }
            return state.permits.giveBack()
        }?.signal()
    }
}

extension HostResolver {
    /// What a lookup ends with, on its way from its thread to its caller.
    private final class Answer: Sendable {
        private typealias Outcome = Result<[SocketAddress], ResolutionError>

        private let state = Lock((outcome: Outcome?.none, isAbandoned: false))
        private let isGiven = DispatchSemaphore(value: 0)

        /// - Returns: whether the caller still waits.
        func give(_ outcome: Result<[SocketAddress], ResolutionError>) -> Bool {
            let isAwaited = state.withLock { state in
                state.outcome = outcome
                return !state.isAbandoned
            }
            isGiven.signal()
            return isAwaited
        }

        /// - Parameter leave: called if the caller gives up, before the thread can learn of that.
        /// - Returns: nil at the deadline.
        func wait(
            until deadline: Timestamp, onLeaving leave: () -> Void
        ) -> Result<[SocketAddress], ResolutionError>? {
            if isGiven.wait(timeout: DispatchTime(deadline)) == .success { return state.withLock { $0.outcome } }
            return state.withLock { state in
                if state.outcome == nil {
                    state.isAbandoned = true
                    leave()
                }
                return state.outcome
            }
        }
    }
}

extension DispatchTime {
    /// That moment, for a wait that begins now.
    fileprivate init(_ deadline: Timestamp) {
        let isEndless = deadline == .distantFuture
        self = isEndless ? .distantFuture : .now() + .nanoseconds(Int(max(0, deadline - .now)))
    }
}
