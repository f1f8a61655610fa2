/// A connection on loan to one thread.
///
/// `@unchecked Sendable`: it passes from the pool, under its lock, to one thread and back.
final class SyncLease: @unchecked Sendable {
    var connection: BlockingConnection

    /// What the commands of this loan have left behind; kept up where a caller may send any.
    var session = SessionState()

    init(_ connection: consuming BlockingConnection) {
        self.connection = connection
    }

    /// Whether the peer has left it alone while it was idle. What was used this short a time ago is trusted.
    func isUsable(at now: Timestamp, trustedFor nanoseconds: Int64) -> Bool {
        now - connection.lastUsed < nanoseconds || !connection.isDisturbed()
    }

    /// Whether another caller may have it.
    var isClean: Bool { connection.isUsable && session.isClean }
}
