/// A point in time on a memory store's clock, to the nanosecond.
struct MemoryInstant: Comparable {
    /// Since the clock was made. That is enough for 292 years.
    var nanoseconds: Int64

    /// Later than any moment that a clock shows; the deadline of what stays for ever.
    static let never = MemoryInstant(nanoseconds: .max)

    init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// What a clock shows that has run for so long: no less than nothing, and always before ``never``.
    init(after duration: Duration) {
        // Compared before it is taken apart: a test's clock may jump farther than 64 bits can count.
        guard duration < .nanoseconds(Int64.max) else {
            nanoseconds = .max - 1
            return
        }
        let (seconds, attoseconds) = max(duration, .zero).components
        nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The deadline of what lives this long from here on, nil if it is over already.
    func advanced(by timeToLive: TimeToLive) -> MemoryInstant? {
        switch timeToLive {
        case .forever: return .never
        case .over: return nil
        case .milliseconds(let milliseconds):
            // Centuries are as good as never.
            let (duration, tooLong) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
            let (end, tooLate) = nanoseconds.addingReportingOverflow(duration)
            return tooLong || tooLate ? .never : MemoryInstant(nanoseconds: end)
        }
    }

    /// What is left until a deadline that has not passed.
    func timeToLive(until deadline: MemoryInstant) -> TimeToLive {
        guard deadline < .never else { return .forever }
        guard deadline > self else { return .over }
        let (whole, rest) = (deadline.nanoseconds - nanoseconds).quotientAndRemainder(dividingBy: 1_000_000)
        return .milliseconds(whole + (rest > 0 ? 1 : 0))
    }

    static func < (left: MemoryInstant, right: MemoryInstant) -> Bool { left.nanoseconds < right.nanoseconds }
}
