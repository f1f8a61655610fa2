import Dispatch

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
    /// C: `clock_gettime(CLOCK_MONOTONIC)`
    package static var now: Timestamp {
        Timestamp(nanoseconds: Int64(bitPattern: DispatchTime.now().uptimeNanoseconds))
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
        let (sum, overflow) = start.nanoseconds.addingReportingOverflow(duration.nanoseconds)
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
