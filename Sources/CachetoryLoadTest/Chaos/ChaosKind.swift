/// A fault of the server.
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

    /// How long it lasts, in milliseconds. Some halts and pauses outlast the calls' own deadline.
    var milliseconds: ClosedRange<UInt64> {
        switch self {
        case .crash: 50...1500
        case .halt: 50...2500
        case .killAll, .killOne: 0...0
        case .pause: 50...1500
        case .refusal, .outOfMemory: 50...1000
        }
    }
}
