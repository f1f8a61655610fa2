import CachetorySmallFoundation

/// A moment on the system's monotonic clock, in nanoseconds.
///
/// `ContinuousClock.Instant` counts in 128 bits, which the path of a call would pay for several times.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than every other moment: the deadline of what has none.
    package static let distantFuture = Timestamp(nanoseconds: .max)

    /// This moment.
    ///
    /// Read right from the system: `DispatchTime` converts on the way, and a call reads it several times.
    ///
    /// C: `clock_gettime(CLOCK_MONOTONIC)`
    package static var now: Timestamp {
        #if canImport(Darwin)
            return Timestamp(nanoseconds: Int64(bitPattern: clock_gettime_nsec_np(CLOCK_UPTIME_RAW)))
        #else
            // A `timespec`, whose members are not visible where another module of the toolchain happens to define it first.
            var time = (seconds: 0, nanoseconds: 0)
            withUnsafeMutablePointer(to: &time) { time in
                _ = clock_gettime(CLOCK_MONOTONIC, UnsafeMutableRawPointer(time).assumingMemoryBound(to: timespec.self))
            }
            return Timestamp(nanoseconds: Int64(time.seconds &* 1_000_000_000 &+ time.nanoseconds))
        #endif
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Nanoseconds from the right moment to the left one; negative where that comes first.
    package static func - (left: Timestamp, right: Timestamp) -> Int64 {
        left.nanoseconds &- right.nanoseconds
    }

    /// The moment after a duration, no later than the distant future.
    package static func + (start: Timestamp, duration: Duration) -> Timestamp {
        start + duration.nanoseconds
    }

    /// The moment so many nanoseconds later, no later than the distant future.
    package static func + (start: Timestamp, nanoseconds: Int64) -> Timestamp {
        let (sum, overflow) = start.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflow ? distantFuture : Timestamp(nanoseconds: sum)
    }

    /// The moment after a duration; the distant future where that is nil.
    package static func + (start: Timestamp, duration: Duration?) -> Timestamp {
        duration.map { start + $0 } ?? distantFuture
    }
}

extension Duration {
    /// The whole duration in nanoseconds, held within what 64 bits can count (292 years).
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }
}
