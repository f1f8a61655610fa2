/// Which operations a run consists of.
enum WorkloadKind: String, CaseIterable, Sendable {
    /// Reads of one key.
    case get
    /// Writes of one key.
    case set
    /// Reads of several keys at once.
    case mget
    /// Writes of several keys at once.
    case mset
    /// Reads and writes of one key.
    case mixed

    /// Whether its operations are on several keys.
    var isBatched: Bool { self == .mget || self == .mset }
}
