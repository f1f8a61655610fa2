import SmallFoundation

/// Whether a thread that is about to sleep until something comes first looks for a moment whether it does.
///
/// To put a thread to sleep and to wake it takes longer than many a reply takes to come. Spinning for about as long as
/// that costs, and then sleeping, is at worst twice as dear as the better of the two (Karlin, Li, Manasse and Owicki,
/// "Empirical Studies of Competitive Spinning for a Shared-Memory Multiprocessor", SOSP 1991). Where nothing came of it
/// some times in a row, most chances are passed over, until one succeeds again.
package struct Lingering: Sendable {
    /// How long it looks, in nanoseconds: as long as two threads take to wake up, this one's caller and the server's. That
    /// takes 15 to 40 µs each on a virtual machine.
    package static let limit: Int64 = 100_000

    /// A peer that has never answered within this time, in nanoseconds, is too far away for that.
    package static let nearby: Int64 = 50_000

    /// After failures in a row, one chance in so many is taken at least.
    package static let mostSkipped = 64

    /// With all processors lingering, a peer on the same machine could not even run meanwhile; nor could anybody else in a
    /// container, whose quota of processor time it would use up.
    package static let mostAtOnce =
        ProcessorQuota.usableProcessors(
            of: ProcessInfo.processInfo.activeProcessorCount, quota: ProcessorQuota.current()) - 1

    private var failures = 0
    private var chancesToSkip = 0

    package init() {}

    /// A chance to linger has come: whether to take it.
    package mutating func begin() -> Bool {
        if chancesToSkip == 0 { return true }
        chancesToSkip -= 1
        return false
    }

    /// Something came in time.
    package mutating func succeed() {
        failures = 0
    }

    /// Nothing did.
    package mutating func fail() {
        failures = min(failures + 1, Self.mostSkipped.trailingZeroBitCount)
        chancesToSkip = (1 << failures) - 1
    }
}
