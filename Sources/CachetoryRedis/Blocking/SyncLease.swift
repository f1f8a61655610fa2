import CachetoryRESP

/// A connection on loan to one thread.
///
/// `@unchecked Sendable`: it passes from the pool, under its lock, to one thread and back.
final class SyncLease: @unchecked Sendable {
    // Unchecked: the lease itself sees to it that one thread has them.

    @exclusivity(unchecked) var connection: BlockingConnection

    /// What the commands of a caller who may send any have left behind.
    @exclusivity(unchecked) var session = SessionState()

    /// When it is too old to be lent again.
    let retiresAt: Timestamp

    init(_ connection: consuming BlockingConnection, retiresAt: Timestamp) {
        self.connection = connection
        self.retiresAt = retiresAt
    }

    /// Whether it answers a `PING`. An error such as `LOADING` is an answer, too.
    func answers(until deadline: Timestamp) -> Bool {
        (try? connection.execute(Request(["PING"]), until: deadline)).map { !$0.isQueued } ?? false
    }

    /// Whether another caller may have it.
    var isClean: Bool { connection.isUsable && session.isClean }
}
