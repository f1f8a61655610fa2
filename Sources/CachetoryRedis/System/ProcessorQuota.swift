#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How much processor time a Linux control group may use, as containers are limited.
///
/// The number of visible processors does not show it: a container with a quota of one processor on a machine with 64 sees
/// all of them, and its threads are all stopped once they have used up the quota of a period together.
package enum ProcessorQuota {
    /// The fewest processors that any of a process's control groups allows, such as 0.5; nil if none of them has a quota.
    ///
    /// Knows version 2 (`cpu.max`) and version 1 (`cpu.cfs_quota_us`). A group is limited by its parents, too; and where a
    /// container has a namespace of its own, or sees only its part of the tree, the names above it are not there.
    ///
    /// - Parameters:
    ///   - membership: The text of `/proc/self/cgroup`.
    ///   - read: The text of a file below `/sys/fs/cgroup`, such as `cpu.max`; nil if there is none.
    package static func processors(membership: String, read: (String) -> String?) -> Double? {
        var fewest: Double?
        for line in membership.split(separator: "\n") {
            // Such as `0::/system.slice/cache.service`, or `3:cpu,cpuacct:/docker/4f5e`.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            let isVersion2 = controllers.isEmpty
            guard isVersion2 || controllers.contains("cpu") else { continue }
            // Where the controllers of version 1 are mounted together, a link of each one's name leads there.
            var folders = [isVersion2 ? "" : "cpu/"]
            for name in parts[2].split(separator: "/") { folders.append(folders[folders.count - 1] + name + "/") }
            for folder in folders {
                guard let quota = isVersion2 ? version2(folder, read) : version1(folder, read) else { continue }
                fewest = min(fewest ?? quota, quota)
            }
        }
        return fewest
    }

    /// A file with the quota and the period in microseconds, such as `50000 100000`, or `max 100000`.
    private static func version2(_ folder: String, _ read: (String) -> String?) -> Double? {
        let words = read(folder + "cpu.max")?.split { " \n".contains($0) } ?? []
        return words.count == 2 ? ratio(words[0], words[1]) : nil
    }

    /// A file with the quota in microseconds, -1 for none, and one with the period.
    private static func version1(_ folder: String, _ read: (String) -> String?) -> Double? {
        guard let quota = read(folder + "cpu.cfs_quota_us")?.split(separator: "\n").first,
            let period = read(folder + "cpu.cfs_period_us")?.split(separator: "\n").first
        else { return nil }
        return ratio(quota, period)
    }

    private static func ratio(_ quota: Substring, _ period: Substring) -> Double? {
        guard let quota = Int(quota), let period = Int(period), quota > 0, period > 0 else { return nil }
        return Double(quota) / Double(period)
    }
}

extension ProcessorQuota {
    /// How many processors the process may keep busy at the same time, at least 1: those that are visible, or fewer where a
    /// quota does not last for so many.
    package static func usableProcessors(of visible: Int, quota: Double?) -> Int {
        max(1, min(visible, quota.map { Int(min($0, Double(visible))) } ?? visible))
    }

    /// That of this process, as it is now.
    package static func current() -> Double? {
        guard let membership = text(of: "/proc/self/cgroup") else { return nil }
        return processors(membership: membership) { text(of: "/sys/fs/cgroup/" + $0) }
    }

    /// The text of a small file, which the kernel makes up.
    ///
    /// C: `open`, `read`
    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 1) { room in
            let count = read(descriptor, room.baseAddress, room.count)
            return count < 0 ? nil : String(decoding: room.prefix(count), as: UTF8.self)
        }
    }
}
