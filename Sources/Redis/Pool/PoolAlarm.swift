import Locking

/// The pool's one timer, on the reactor.
final class PoolAlarm: ReactorHandler {
    private let reactor: Reactor
    private let token: UInt64
    private let ring: @Sendable () async -> Void
    private let deadline = Lock(Timestamp.distantFuture)

    init(reactor: Reactor, ring: @escaping @Sendable () async -> Void) {
        self.reactor = reactor
        self.ring = ring
        token = reactor.newToken()
    }

    /// Sets it, unless it is set for earlier.
    func set(at moment: Timestamp) {
        let isEarlier = deadline.withLock { deadline in
            guard moment < deadline else { return false }
            deadline = moment
            return true
        }
        guard isEarlier else { return }
        do {
            try reactor.register(self, token: token)
            reactor.schedule(token: token, at: moment)
        } catch {
            // The reactor has no thread, so there is no connection to wait for either; but those who wait have deadlines.
            Task {
                try? await Task.sleep(for: .nanoseconds(max(0, moment - .now)))
                timerFired(at: .now)
            }
        }
    }

    func cancel() {
        reactor.remove(token: token, descriptor: nil)
    }

    func becameReady(for readiness: Readiness) {}

    func turnEnded() {}

    func reactorEnded() {}

    func timerFired(at now: Timestamp) {
        deadline.withLock { $0 = .distantFuture }
        Task { [ring] in await ring() }
    }
}
