import Foundation
import Synchronization

/// Counts latencies from all workers at once, with no lock and next to no contention.
///
/// Each thread mostly has a copy of all counts to itself: ten thousand tasks need no more memory than ten, and a
/// processor's writes stay in its cache. Threads that share a copy lose nothing, since additions are atomic.
final class LatencyRecorder: Sendable {
    /// The binary logarithm of the number of copies: mostly more than a machine has processors.
    private static let copyBits = 4

    /// After its buckets a copy has its longest latency. The rest is padding against false sharing.
    private static let copySize = HistogramBuckets.count + 16

    // Written through atomics only, by any thread, and freed when no thread has a reference to this object any more.
    private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let cellCount = copySize << copyBits

    init() {
        cells = .allocate(capacity: cellCount)
        for index in 0..<cellCount { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: cellCount)
        cells.deallocate()
    }

    /// Counts one latency.
    func record(_ nanoseconds: UInt64) {
        let copy = cells + Self.currentCopy * Self.copySize
        copy[HistogramBuckets.index(of: nanoseconds)].wrappingAdd(1, ordering: .relaxed)
        // Read first: the longest is rarely exceeded, and a read does not dirty the cache line.
        if nanoseconds > copy[HistogramBuckets.count].load(ordering: .relaxed) {
            copy[HistogramBuckets.count].max(nanoseconds, ordering: .relaxed)
        }
    }

    /// What was counted so far.
    func histogram() -> Histogram {
        var counts = [UInt64](repeating: 0, count: HistogramBuckets.count)
        var longest: UInt64 = 0
        for start in stride(from: 0, to: cellCount, by: Self.copySize) {
            let copy = cells + start
            for index in counts.indices { counts[index] += copy[index].load(ordering: .relaxed) }
            longest = max(longest, copy[HistogramBuckets.count].load(ordering: .relaxed))
        }
        return Histogram(counts: counts, longest: longest)
    }

    /// The calling thread's copy, by a hash of its control block's address.
    private static var currentCopy: Int {
        let thread = UInt(bitPattern: Int(bitPattern: pthread_self()))
        return Int(bitPattern: (thread &* 0x9E37_79B9_7F4A_7C15) >> UInt(UInt.bitWidth - copyBits))
    }
}
