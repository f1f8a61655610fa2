import CachetorySmallFoundation

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Bytes, the end of the stream or an error wait to be read.
    package static let readable = Readiness(rawValue: 1)

    /// There is room to write, or writing would fail at once.
    package static let writable = Readiness(rawValue: 2)
}

extension Readiness {
    var pollEvents: Int16 {
        Int16((contains(.readable) ? POLLIN : 0) | (contains(.writable) ? POLLOUT : 0))
    }

    /// A hang-up or an error makes a descriptor ready for both: the call that follows tells which it was.
    init(pollEvents: Int16) {
        let ended = Int32(pollEvents) & (POLLHUP | POLLERR | POLLNVAL) != 0
        var readiness: Readiness = []
        if ended || Int32(pollEvents) & POLLIN != 0 { readiness.insert(.readable) }
        if ended || Int32(pollEvents) & POLLOUT != 0 { readiness.insert(.writable) }
        self = readiness
    }
}

/// Milliseconds for `poll` and `epoll_wait`, rounded up so that a deadline has passed when they return; -1 for none.
func pollTimeout(from now: Timestamp, to deadline: Timestamp) -> Int32 {
    if deadline == .distantFuture { return -1 }
    let nanoseconds = max(0, deadline - now)
    return Int32(clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1))
}
