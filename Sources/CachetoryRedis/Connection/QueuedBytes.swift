import Synchronization

/// How many bytes of requests the connections of a pool hold until there is room to send them, and those that are about to
/// be added to them.
///
/// Only what is much is counted, so that a small call on a connection that takes what it gets pays nothing.
package final class QueuedBytes: Sendable {
    private let limit: Int
    private let count = Atomic<Int>(0)

    package init(limit: Int) {
        self.limit = limit
    }

    package var value: Int { count.load(ordering: .relaxed) }

    /// Whether another request may be added.
    package var hasRoom: Bool { value < limit }

    package func add(_ bytes: Int) {
        count.add(bytes, ordering: .relaxed)
    }

    /// With so many on one connection they count, be they of small requests.
    static let leastOnConnection = 64 * 1024
}
