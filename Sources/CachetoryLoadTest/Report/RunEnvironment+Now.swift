import CachetoryRedis
import Foundation

extension RunEnvironment {
    /// What this process runs on.
    ///
    /// - Parameter server: what is known of the server.
    static func now(server: String?) -> RunEnvironment {
        RunEnvironment(
            server: server,
            program: "cachetory-swift \(RedisClientConfiguration.defaultLibraryVersion), \(build) build, \(compiler)",
            machine: machine, system: system)
    }

    private static var build: String {
        #if DEBUG
            // Several times slower: not the library's real speed.
            "debug"
        #else
            "release"
        #endif
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "Swift 6.4 or later"
        #elseif compiler(>=6.3)
            "Swift 6.3"
        #else
            "Swift 6.2"
        #endif
    }

    private static var machine: String {
        let process = ProcessInfo.processInfo
        let memory = NumberText.fixed(Double(process.physicalMemory) / Double(1 << 30), 1)
        return "\(process.activeProcessorCount) processors (\(processor ?? "of unknown kind")), \(memory) GiB of memory"
    }

    /// The processors' own name.
    private static var processor: String? {
        #if os(Linux)
            // The kernel generates this file on reading: its size is unknown before.
            guard let file = FileHandle(forReadingAtPath: "/proc/cpuinfo"), let data = try? file.readToEnd() else {
                return nil
            }
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("model name") }
            return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
        #else
            var size = 0
            guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: size)
            guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #endif
    }

    private static var system: String {
        var name = utsname()
        guard uname(&name) == 0 else { return ProcessInfo.processInfo.operatingSystemVersionString }
        return "\(text(name.sysname)) \(text(name.release)), \(text(name.machine))"
    }

    /// The text in an array of C characters, which Swift takes for a tuple.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
