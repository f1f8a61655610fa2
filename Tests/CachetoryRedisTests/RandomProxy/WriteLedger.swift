/// What may stand in a key that one caller writes, one version after the other.
struct WriteLedger {
    private(set) var attempted = 0
    private(set) var acknowledged = 0

    /// Versions that may be executed at any time, even after later ones: they may be under way on another connection.
    private var unknown: Set<Int> = []

    /// Versions of which an error said that they were not executed.
    private var refused: Set<Int> = []

    /// What became of a write.
    enum Outcome {
        case acknowledged, unknown, notExecuted
    }

    /// Begins the next version.
    mutating func begin() -> Int {
        attempted += 1
        return attempted
    }

    mutating func end(_ version: Int, _ outcome: Outcome) {
        switch outcome {
        case .acknowledged: acknowledged = version
        case .unknown: unknown.insert(version)
        case .notExecuted: refused.insert(version)
        }
    }

    /// Whether a read may find a version, 0 standing for none, that began when another version was acknowledged.
    func mayHold(_ version: Int, sinceAcknowledged start: Int) -> Bool {
        guard version <= attempted, !refused.contains(version) else { return false }
        return version >= start || unknown.contains(version)
    }
}
