import CachetoryLocking

/// The pool's one timer. It fires on the reactor's thread: what a pool does for itself must not wait until a thread that
/// runs tasks is free.
final class PoolTimer: ReactorHandler {
    private struct State {
        var deadline = Timestamp.distantFuture
        var action: @Sendable () -> Void = {}
    }

    private let reactor: Reactor
    private let token: UInt64
    private let state = Lock(State())

    init(reactor: Reactor) {
        self.reactor = reactor
        token = reactor.newToken()
    }

    /// Says what to do when it fires.
    func onFire(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.action = action }
    }

    /// Sets it, unless it is set for earlier.
    func set(at moment: Timestamp) {
        let isEarlier = state.withLock { state in
            guard moment < state.deadline else { return false }
            state.deadline = moment
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

    func reactorEnded() {}

    func timerFired(at now: Timestamp) {
        let action = state.withLock { state in
            state.deadline = .distantFuture
            return state.action
        }
        action()
    }
}
