/// The greatest of the numbers that came within the last second or two.
///
/// How much is in flight rises and falls with each batch of replies. What follows every fall would have to be undone at
/// the next rise.
package struct SlidingWindowMaximum: Sendable {
    /// For at least so long a number counts, and for at most twice as long, in nanoseconds.
    package static let memory: Int64 = 1_000_000_000

    package private(set) var value = 0

    /// The greatest number since the end before this one.
    private var peak = 0

    /// When the numbers before `peak` do not count any more.
    private var end = Timestamp(nanoseconds: 0)

    package init() {}

    package mutating func add(_ number: Int, at now: Timestamp) {
        if now < end {
            peak = max(peak, number)
            value = max(value, number)
        } else {
            let isRecent = now - end < Self.memory
            value = isRecent ? max(peak, number) : number
            peak = number
            end = (isRecent ? end : now) + Self.memory
        }
    }
}
