import Foundation

/// How much memory this process has resident.
package enum ResidentMemory {
    /// The system does not tell.
    package struct Unknown: Error, CustomStringConvertible {
        package var description: String { "the system does not tell how much memory the process has" }
    }

    /// In bytes.
    package static func now() throws -> Int {
        #if os(Linux)
            let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            guard let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { throw Unknown() }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        #else
            var info = proc_taskinfo()
            let size = Int32(MemoryLayout<proc_taskinfo>.size)
            guard proc_pidinfo(getpid(), PROC_PIDTASKINFO, 0, &info, size) == size else { throw Unknown() }
            return Int(info.pti_resident_size)
        #endif
    }
}
