import CachetoryLocking
import Dispatch

// What no call does on its way. Health checks are made when a connection is taken.
extension SyncConnectionPool {
    /// Closes idle connections as far as it is time for that, and sees to it that there are as many as there should be at
    /// least. It blocks nobody's thread: connecting may take its time, and gets one of its own.
    package func maintainConnections() {
        closeSpare()
        let mayRefill = state.withLock { state in
            guard !state.isRefilling, isBelowMinimum(state) else { return false }
            state.isRefilling = true
            return true
        }
        guard mayRefill else { return }
        do {
            // The pool may be let go of meanwhile, unless a connection is just being opened.
            try JoinableThread.startDetached { [weak self] in self?.refill() }
        } catch {
            // The system has no thread left. The next visit tries again.
            state.withLock { $0.isRefilling = false }
        }
    }

    /// Opens as many connections as there should be at least, or as far as the server allows.
    private func refill() {
        defer { state.withLock { $0.isRefilling = false } }
        while takeSparePermit() {
            let lease = try? open(until: .now + configuration.connectTimeout)
            // From here on it is a permit as any other.
            state.withLock { $0.isOpeningSpare = false }
            guard let lease else { return returnPermit() }
            giveBack(lease)
        }
    }

    private func takeSparePermit() -> Bool {
        state.withLock { state in
            guard isBelowMinimum(state), state.permits.take() else { return false }
            state.isOpeningSpare = true
            return true
        }
    }

    private func isBelowMinimum(_ state: State) -> Bool {
        !state.isClosed && state.connected + state.opening < maintenance.minConnections
    }

    private func closeSpare() {
        let now = Timestamp.now
        let spare = state.withLock { state in
            var spare: [SyncLease] = []
            // The one that was used longest ago comes first.
            state.idle.removeAll { lease in
                let mayClose = state.connected - spare.count > maintenance.minConnections
                let isIdleForLong = mayClose && lease.connection.lastUsed + maintenance.idleTimeout <= now
                guard lease.retiresAt <= now || isIdleForLong else { return false }
                spare.append(lease)
                return true
            }
            state.connected -= spare.count
            return spare
        }
        _ = spare  // closed here, outside the lock
    }
}

/// Looks after a pool from time to time, until it is let go of.
///
/// `@unchecked Sendable`: a Dispatch source may be cancelled on any thread.
final class MaintenanceTimer: @unchecked Sendable {
    private let source: any DispatchSourceTimer

    init(every pause: Duration, _ visit: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "cachetory.maintenance"))
        let nanoseconds = Int(clamping: pause.nanoseconds)
        source.schedule(deadline: .now(), repeating: .nanoseconds(nanoseconds), leeway: .nanoseconds(nanoseconds / 10))
        source.setEventHandler(handler: visit)
        source.activate()
    }

    deinit {
        source.cancel()
    }
}
