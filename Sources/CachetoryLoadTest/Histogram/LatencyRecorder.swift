import Foundation
import Synchronization

/// Counts latencies from all workers at once, with no lock and next to no contention.
///
/// There are several copies of all counts, and a thread adds to one of its own, mostly: ten thousand tasks need no more
/// memory than ten, and what a processor writes stays in its cache. Threads that share a copy lose nothing, since the
/// additions are atomic.
final class LatencyRecorder: Sendable {
    /// The binary logarithm of the number of copies: more than processors run threads on most machines.
    private static let copyBits = 4

    /// Behind its buckets a copy keeps its longest latency. The rest keeps the copies on cache lines of their own.
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
        // Read first: the longest is rarely exceeded, and a read leaves the cache line as it is.
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

    /// The copy of the calling thread, spread by the address of its control block.
    private static var currentCopy: Int {
        let thread = UInt(bitPattern: Int(bitPattern: pthread_self()))
        return Int(bitPattern: (thread &* 0x9E37_79B9_7F4A_7C15) >> UInt(UInt.bitWidth - copyBits))
    }
}
