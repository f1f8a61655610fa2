import CachetorySmallFoundation

/// A gate that threads wait at until it is opened, once and for ever.
///
/// `@unchecked Sendable`: `isOpen` is touched under the mutex alone.
package final class Latch: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isOpen = false

    package init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        let status = (pthread_mutex_init(mutex, nil), Self.initialize(condition))
        precondition(status == (0, 0), "a latch cannot be made: \(status)")
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Lets everybody pass, now and later.
    package func open() {
        pthread_mutex_lock(mutex)
        isOpen = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Blocks the thread until the latch is open.
    package func wait() {
        pthread_mutex_lock(mutex)
        while !isOpen { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// Blocks the thread until the latch is open, or a moment has come.
    ///
    /// - Returns: whether it is open.
    package func wait(until end: ContinuousClock.Instant) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isOpen {
            let rest = ContinuousClock.now.duration(to: end)
            if rest <= .zero { return false }
            wait(for: rest)
        }
        return true
    }

    /// Waits for a signal, for at most a day, so that the time fits into any `timespec`. The caller calls again.
    private func wait(for time: Duration) {
        let (seconds, attoseconds) = min(time, .seconds(86_400)).components
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        #if canImport(Darwin)
            pthread_cond_timedwait_relative_np(condition, mutex, &rest)
        #else
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            rest.tv_sec += now.tv_sec
            rest.tv_nsec += now.tv_nsec
            if rest.tv_nsec >= 1_000_000_000 {
                rest.tv_sec += 1
                rest.tv_nsec -= 1_000_000_000
            }
            pthread_cond_timedwait(condition, mutex, &rest)
        #endif
    }

    /// Its deadlines are on the monotonic clock, which setting the time of day does not move.
    private static func initialize(_ condition: UnsafeMutablePointer<pthread_cond_t>) -> Int32 {
        #if canImport(Darwin)
            return pthread_cond_init(condition, nil)
        #else
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            defer { pthread_condattr_destroy(&attributes) }
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            return pthread_cond_init(condition, &attributes)
        #endif
    }
}
