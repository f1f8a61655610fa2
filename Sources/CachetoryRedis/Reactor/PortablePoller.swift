import CachetoryLocking
import CachetorySmallFoundation

/// The way of every other POSIX system: the list of descriptors is handed to the kernel at each wait.
package final class PortablePoller: Poller {
    private struct Watch {
        let descriptor: Int32
        var interest: Readiness
    }

    private let watches = Lock<[UInt64: Watch]>([:])

    /// Two ends: a byte written to the one ends the wait for the other.
    private let wakeUp: (read: Int32, write: Int32)

    /// C: `pipe`, or on Linux `socketpair`, whose ends no child process inherits, not even one that starts in this moment.
    package init() throws(Errno) {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            if socketpair(AF_UNIX, type, 0, &ends) != 0 { throw Errno.current }
        #else
            if pipe(&ends) != 0 { throw Errno.current }
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        #endif
        wakeUp = (ends[0], ends[1])
    }

    deinit {
        close(wakeUp.read)
        close(wakeUp.write)
    }

    package func add(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(Errno) {
        watches.withLock { $0[token] = Watch(descriptor: descriptor, interest: interest) }
        wake()
    }

    package func modify(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(Errno) {
        watches.withLock { $0[token]?.interest = interest }
        wake()
    }

    package func remove(_ descriptor: Int32, token: UInt64) {
        watches.withLock { _ = $0.removeValue(forKey: token) }
        wake()
    }

    /// C: `poll`
    package func wait(until deadline: Timestamp, events: inout [PollerEvent]) throws(Errno) {
        events.removeAll(keepingCapacity: true)
        let watched = watches.withLock { Array($0) }
        var entries = watched.map { pollfd(fd: $0.value.descriptor, events: $0.value.interest.pollEvents, revents: 0) }
        entries.append(pollfd(fd: wakeUp.read, events: Readiness.readable.pollEvents, revents: 0))
        if poll(&entries, nfds_t(entries.count), pollTimeout(from: .now, to: deadline)) < 0 {
            if errno == EINTR { return }
            throw Errno.current
        }
        for (watch, entry) in zip(watched, entries) where entry.revents != 0 {
            events.append(PollerEvent(token: watch.key, readiness: Readiness(pollEvents: entry.revents)))
        }
        if entries.last?.revents != 0 { drainWakeUp() }
    }

    package func wake() {
        var byte: UInt8 = 0
        _ = write(wakeUp.write, &byte, 1)  // a full pipe wakes as well
    }

    private func drainWakeUp() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            while read(wakeUp.read, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }
}
