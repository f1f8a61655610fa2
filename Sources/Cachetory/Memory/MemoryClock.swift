import CachetorySmallFoundation

/// The clocks of a memory store.
///
/// Keys age on a monotonic clock: setting the wall clock does not change how long a key stays. A `Date` is compared
/// with wall-clock time once, in the call that passes it; the rest is a time to live like any other.
struct MemoryClock: Sendable {
    let now: @Sendable () -> MemoryInstant

    /// The wall-clock time.
    let date: @Sendable () -> Date

    /// The clocks of the system.
    static let standard = MemoryClock(ContinuousClock(), date: { Date() })

    init(_ clock: some Clock<Duration>, date: @escaping @Sendable () -> Date) {
        self.date = date
        #if os(Linux)
            if clock is ContinuousClock {
                now = Self.uptime
                return
            }
        #endif
        let start = clock.now
        now = { MemoryInstant(after: start.duration(to: clock.now)) }
    }

    #if os(Linux)
        /// What `ContinuousClock` reads, as the nanoseconds that it is. By way of a `Duration`, a count of 128 bits, it
        /// takes twice as long: 45 ns of every hit on a key with a deadline.
        @Sendable private static func uptime() -> MemoryInstant {
            var time = timespec()
            clock_gettime(CLOCK_BOOTTIME, &time)
            return MemoryInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        }
    #endif
}
