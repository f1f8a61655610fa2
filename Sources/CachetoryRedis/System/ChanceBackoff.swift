/// Exponential backoff that counts chances instead of time: each failure in a row doubles how many are skipped, a success
/// ends it.
package struct ChanceBackoff: Sendable {
    /// At least one chance in so many is taken.
    package static let maxSkipped = 64

    private var failures = 0
    private var chancesToSkip = 0

    package init() {}

    /// - Returns: whether to take this chance.
    package mutating func takeChance() -> Bool {
        if chancesToSkip == 0 { return true }
        chancesToSkip -= 1
        return false
    }

    package mutating func succeed() {
        failures = 0
    }

    package mutating func fail() {
        failures = min(failures + 1, Self.maxSkipped.trailingZeroBitCount)
        chancesToSkip = (1 << failures) - 1
    }
}
