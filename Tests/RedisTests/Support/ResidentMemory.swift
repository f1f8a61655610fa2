import Foundation

/// How much memory this process has resident, in bytes; where the system does not tell, the most that it ever had.
enum ResidentMemory {
    struct Unknown: Error {}

    #if os(Linux)
        static func now() throws -> Int {
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            guard let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw Unknown() }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        }
    #else
        static func now() throws -> Int {
            var usage = rusage()
            guard getrusage(RUSAGE_SELF, &usage) == 0 else { throw Unknown() }
            return usage.ru_maxrss
        }
    #endif
}
