import CachetoryLocalServer
import Foundation

/// What this process uses of the system.
enum OwnProcess {
    /// The time of processors that all its threads have used, and those that have ended.
    static var processorTime: Duration {
        var usage = rusage()
        getrusage(whole, &usage)
        return usage.ru_utime.duration + usage.ru_stime.duration
    }

    #if os(Linux)
        private static let whole = RUSAGE_SELF.rawValue
    #else
        private static let whole = RUSAGE_SELF
    #endif

    /// What the thread has used that asks.
    static var processorTimeOfThread: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// How many threads it has.
    static func threadCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }

    /// How many descriptors it has open.
    static func descriptorCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}

extension timeval {
    fileprivate var duration: Duration { .seconds(tv_sec) + .microseconds(Int64(tv_usec)) }
}
