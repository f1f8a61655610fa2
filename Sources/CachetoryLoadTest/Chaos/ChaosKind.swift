/// A fault of the server, or of a primary of a cluster.
enum ChaosKind: String, CaseIterable, Codable, Sendable {
    /// `kill -9`, and after a time another process on the same socket, port and files.
    case crash
    /// `SIGSTOP`, and after a time `SIGCONT`.
    case halt
    /// `CLIENT KILL TYPE normal`: every connection at once.
    case killAll = "kill all"
    /// `CLIENT KILL ID`: one random connection.
    case killOne = "kill one"
    /// `CLIENT PAUSE`: it takes commands, and answers after a time.
    case pause
    /// `CONFIG SET maxclients 1`, and every connection killed: none can be made for a time.
    case refusal
    /// `CONFIG SET maxmemory 1` without eviction: writes are refused for a time.
    case outOfMemory = "out of memory"
    /// `CLUSTER FAILOVER`: a primary hands over to its replica.
    case failover
    /// `CLUSTER SETSLOT` and `MIGRATE`: slots move with their keys, from the primary that has the most to another one.
    case moveSlots = "move slots"

    /// Whether no call may fail: nodes that are alive hand over their keys, and redirect late callers.
    var isSeamless: Bool { self == .failover || self == .moveSlots }
}
