import Foundation
import Synchronization

/// Counts latencies from all workers at once, with no lock and next to no contention.
///
/// Each thread mostly has a copy of all counts to itself: ten thousand tasks need no more memory than ten, and a
/// processor's writes stay in its cache. Threads that share a copy lose nothing, since additions are atomic.
final class LatencyRecorder: Sendable {
    /// The number of copies, a power of two.
    enum Copies: Int {
        /// Mostly more than a machine has processors.
        case sixteen = 16
        /// For one of many recorders, which share the threads.
        case four = 4
    }

    /// The binary logarithm of the most copies.
    private static let hashBits = 4

    /// After its buckets a copy has its longest latency. The rest is padding against false sharing.
    private static let copySize = HistogramBuckets.count + 16

    // Written through atomics only, by any thread, and freed when no thread has a reference to this object any more.
    private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let copyMask: Int

    private var cellCount: Int { (copyMask + 1) * Self.copySize }

    init(copies: Copies = .sixteen) {
        copyMask = copies.rawValue - 1
        let cellCount = copies.rawValue * Self.copySize
        cells = .allocate(capacity: cellCount)
        for index in 0..<cellCount { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: cellCount)
        cells.deallocate()
    }

    /// Counts one latency.
    func record(_ nanoseconds: UInt64) {
        let copy = cells + (Self.threadHash & copyMask) * Self.copySize
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

    /// Chooses the calling thread's copy: a hash of its control block's address.
    private static var threadHash: Int {
        let thread = UInt(bitPattern: Int(bitPattern: pthread_self()))
        return Int(bitPattern: (thread &* 0x9E37_79B9_7F4A_7C15) >> UInt(UInt.bitWidth - hashBits))
    }
}
