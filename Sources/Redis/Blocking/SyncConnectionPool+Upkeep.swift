import Dispatch
import Locking

// What no caller does in passing, on a thread of Dispatch's. Health checks are made when a connection is taken.
extension SyncConnectionPool {
    /// Closes idle connections as far as it is time for that, and opens as many as there should be at least.
    func lookAfterConnections() {
        closeSpare()
        while isBelowMinimum, permits.take(within: 0) {
            state.withLock { $0.lent += 1 }
            guard let lease = try? open(until: .now + configuration.connectTimeout) else { return returnPermit() }
            giveBack(lease)
        }
    }

    private func closeSpare() {
        let now = Timestamp.now
        let spare = state.withLock { state in
            var spare: [SyncLease] = []
            // The one that was used longest ago comes first.
            state.idle.removeAll { lease in
                let mayClose = state.connected - spare.count > upkeep.minConnections
                let isIdleForLong = mayClose && lease.connection.lastUsed + upkeep.idleTimeout <= now
                guard lease.retiresAt <= now || isIdleForLong else { return false }
                spare.append(lease)
                return true
            }
            state.connected -= spare.count
            return spare
        }
        _ = spare  // closed here, outside the lock
    }

    private var isBelowMinimum: Bool {
        state.withLock { !$0.isClosed && $0.connected + $0.opening < upkeep.minConnections }
    }
}

/// Looks after a pool from time to time, until it is let go of.
///
/// `@unchecked Sendable`: a Dispatch source may be cancelled on any thread.
final class UpkeepTimer: @unchecked Sendable {
    private let source: any DispatchSourceTimer

    init(every pause: Duration, _ visit: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "cachetory.upkeep"))
        let nanoseconds = Int(clamping: pause.nanoseconds)
        source.schedule(deadline: .now(), repeating: .nanoseconds(nanoseconds), leeway: .nanoseconds(nanoseconds / 10))
        source.setEventHandler(handler: visit)
        source.activate()
    }

    deinit {
        source.cancel()
    }
}
