import CachetorySmallFoundation

/// When a thread spins for an event before it parks.
///
/// To park a thread and to wake it takes longer than many a reply. To spin for about as long as that costs, and then to
/// park, is at worst twice as dear as the better of the two (Karlin, Li, Manasse and Owicki, "Empirical Studies of
/// Competitive Spinning for a Shared-Memory Multiprocessor", SOSP 1991). ``ChanceBackoff`` skips chances while it is in vain.
package enum SpinPolicy {
    /// How long a thread spins, in nanoseconds: as long as two threads take to wake up, the caller's and the server's. That
    /// takes 15 to 40 µs each on a virtual machine.
    package static let spinLimit: Int64 = 100_000

    /// Nobody spins for a peer that has never answered within this time, in nanoseconds.
    package static let nearby: Int64 = 50_000

    /// So many threads may spin at once: with all processors spinning, a server on the same machine could not run, and a
    /// container would use up its quota of processor time.
    package static let maxSpinners =
        ProcessorQuota.usableProcessors(
            of: ProcessInfo.processInfo.activeProcessorCount, quota: ProcessorQuota.current()) - 1

    /// Asks again and again for ``spinLimit``.
    ///
    /// - Parameter yields: whether another thread may have the processor between two looks: a thread that has just written to a
    ///   server on the same machine keeps its processor from it on a busy one.
    /// - Returns: whether the answer was yes.
    ///
    /// C: `sched_yield`
    static func spin<Failure>(yields: Bool = false, until hasCome: () throws(Failure) -> Bool) throws(Failure) -> Bool {
        let end = Timestamp.now + spinLimit
        repeat {
            if try hasCome() { return true }
            if yields { sched_yield() }
        } while .now < end
        return false
    }
}
