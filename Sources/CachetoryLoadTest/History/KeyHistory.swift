/// The writes of one key that decide what a read may find. A pure value.
///
/// One caller at a time writes a key, a new version each time, so that versions are ordered. A read may find the last
/// version acknowledged before it began, any later one, or an older one in doubt: a server may still execute such a
/// write from its buffers. A crash empties the buffers, so a version in doubt from before it is wrong once a write that
/// began after the crash has been acknowledged. A version whose write is known not to have been executed is always
/// wrong.
struct KeyHistory: Sendable {
    /// Keys begin with version 0.
    private var latest: UInt32 = 0
    private var acknowledged: UInt32 = 0
    private var isBeingWritten = false
    private var inDoubt: [Doubt] = []
    private var refused: [UInt32] = []

    /// A version whose write may be executed, now or later.
    struct Doubt: Sendable, Equatable {
        let version: UInt32
        /// The last run of the server that can have received it.
        let incarnation: Int
    }

    /// More than the refusals of one key's writes during a read.
    private static let refusedLimit = 64

    /// What is known when a read begins.
    struct ReadMark: Sendable {
        fileprivate let acknowledged: UInt32
        fileprivate let inDoubt: [Doubt]
    }

    /// The version to write; nil if somebody else is writing the key.
    mutating func beginWrite() -> UInt32? {
        guard !isBeingWritten else { return nil }
        isBeingWritten = true
        latest += 1
        return latest
    }

    /// The write of the latest version is over.
    ///
    /// - Parameter incarnations: the server's run when the write began and when it ended.
    mutating func endWrite(_ outcome: WriteOutcome, incarnations: ClosedRange<Int>) {
        isBeingWritten = false
        switch outcome {
        case .acknowledged:
            acknowledged = latest
            inDoubt.removeAll { $0.incarnation < incarnations.lowerBound }
        case .unknown:
            inDoubt.append(Doubt(version: latest, incarnation: incarnations.upperBound))
        case .refused:
            if refused.count == Self.refusedLimit { refused.removeFirst() }
            refused.append(latest)
        }
    }

    func beginRead() -> ReadMark {
        ReadMark(acknowledged: acknowledged, inDoubt: inDoubt)
    }

    /// What is wrong with a version that a read has found; nil if it may be there.
    func difference(of version: UInt32, from mark: ReadMark) -> WrongValue? {
        if version > latest { return .neverWritten(version: version) }
        if refused.contains(version) { return .refused(version: version) }
        if version >= mark.acknowledged || mark.inDoubt.contains(where: { $0.version == version }) { return nil }
        return .outdated(version: version, acknowledged: mark.acknowledged)
    }
}
