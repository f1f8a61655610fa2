import Foundation

/// What this process has used of the machine.
enum ResourceUsage {
    /// The processor time of all threads, in user code and in the system on their behalf, in nanoseconds.
    static func processorTime() -> UInt64 {
        let usage = usage()
        return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)
    }

    /// The most memory that was resident at once, in bytes.
    static func peakMemory() -> Int {
        #if os(Linux)
            // Not `ru_maxrss`, which includes the parent's memory from before `exec`.
            let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
            return (kibibytes ?? 0) * 1024
        #else
            return usage().ru_maxrss
        #endif
    }

    private static func usage() -> rusage {
        var usage = rusage()
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        return usage
    }

    private static func nanoseconds(_ time: timeval) -> UInt64 {
        UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1000
    }
}
