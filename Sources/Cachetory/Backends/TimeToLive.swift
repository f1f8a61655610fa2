package import CachetorySmallFoundation

/// How long a key lives from now: a `Duration?` converted to what every store can hold.
///
/// Stores count whole milliseconds, so all of them round the same way, here: up, since a key must not expire early.
package enum TimeToLive: Equatable, Sendable {
    /// The key stays until it is deleted.
    case forever

    /// Zero or less: the key is gone after the call.
    case over

    /// The key expires after so many milliseconds, from 1 to ``longestInMilliseconds``.
    case milliseconds(Int64)

    /// The longest time to live and the latest deadline since 1970: 146 million years.
    ///
    /// Redis keeps the sum of its clock and the time to live in 64 bits and refuses what does not fit. Half of that
    /// leaves room for any clock, so that the answer depends on the argument alone.
    package static let longestInMilliseconds = Int64.max / 2

    /// A time to live as the user gives it; nil is for ever.
    ///
    /// - Throws: ``CacheBackendError/timeToLiveOutOfRange(_:)`` above ``longestInMilliseconds``.
    package init(_ duration: Duration?) throws(CacheBackendError) {
        guard let duration else {
            self = .forever
            return
        }
        guard duration > .zero else {
            self = .over
            return
        }
        // Compared before it is taken apart: a `Duration` can be longer than 64 bits of seconds.
        guard duration <= .milliseconds(Self.longestInMilliseconds) else {
            throw .timeToLiveOutOfRange(duration)
        }
        let (seconds, attoseconds) = duration.components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: Self.attosecondsPerMillisecond)
        self = .milliseconds(seconds * 1000 + whole + (rest > 0 ? 1 : 0))
    }

    /// The time left until a deadline; nil is for ever.
    ///
    /// - Throws: ``CacheBackendError/deadlineOutOfRange(secondsSince1970:)`` for a date too late to count, or none at
    ///   all.
    package init(until deadline: Date?, now: Date) throws(CacheBackendError) {
        guard let deadline else {
            self = .forever
            return
        }
        let end = try Self.millisecondsSince1970(of: deadline)
        guard deadline > now else {
            self = .over
            return
        }
        // A part of a millisecond that has begun still counts.
        let start = try Self.millisecondsSince1970(of: now, rounded: .down)
        self = .milliseconds(max(end - start, 1))
    }

    /// A deadline in milliseconds since 1970, rounded up; one before 1970 counts as 1970, as long past as that is.
    ///
    /// - Throws: ``CacheBackendError/deadlineOutOfRange(secondsSince1970:)`` for a date too late to count, or none at
    ///   all.
    package static func millisecondsSince1970(of deadline: Date) throws(CacheBackendError) -> Int64 {
        try millisecondsSince1970(of: deadline, rounded: .up)
    }

    private static func millisecondsSince1970(
        of deadline: Date, rounded rule: FloatingPointRoundingRule
    ) throws(CacheBackendError) -> Int64 {
        let milliseconds = deadline.timeIntervalSince1970 * 1000
        // Also false for NaN.
        guard milliseconds < Double(longestInMilliseconds) else {
            throw .deadlineOutOfRange(secondsSince1970: deadline.timeIntervalSince1970)
        }
        let tolerance = rule == .up ? -dateTolerance : dateTolerance
        return Int64((max(milliseconds, 0) + tolerance).rounded(rule))
    }

    /// In milliseconds. `Date` counts seconds in binary, so that a whole millisecond of this century may be a quarter
    /// of a microsecond too long, which must not become a millisecond.
    private static let dateTolerance = 0.001

    private static let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
}
