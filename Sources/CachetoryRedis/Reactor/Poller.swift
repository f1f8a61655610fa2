/// Waits for many descriptors at once. Each is known by a token that is never given twice, so that an event meant for a
/// closed descriptor cannot reach the one which got its number.
///
/// Any thread may call anything but ``wait(until:events:)``, which belongs to one.
package protocol Poller: Sendable {
    /// Watches a descriptor.
    func add(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(Errno)

    /// Watches it for other events from now on.
    func modify(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(Errno)

    /// Watches it no more. To be called before the descriptor is closed.
    func remove(_ descriptor: Int32, token: UInt64)

    /// Replaces `events` with those that have come; none if the deadline passed or ``wake()`` was called.
    func wait(until deadline: Timestamp, events: inout [PollerEvent]) throws(Errno)

    /// Ends the present wait, or the next one if there is none.
    func wake()
}

/// A descriptor, known by its token, and what it is ready for.
package struct PollerEvent: Sendable, Hashable {
    package let token: UInt64
    package let readiness: Readiness

    package init(token: UInt64, readiness: Readiness) {
        self.token = token
        self.readiness = readiness
    }
}
