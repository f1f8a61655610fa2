/// What was written to one key, as far as it says what a read may find there. A pure value.
///
/// One caller at a time writes a key, a new version with each write, so that "older" has a meaning. A read may find:
/// the last version that was acknowledged before it began, any later one, and an older one only if nobody knows whether
/// it was executed: a server may find such a write in its buffers later and do it then. But it cannot after a crash,
/// which takes the buffers with it; so a version in doubt is out of the question again once a write has been
/// acknowledged that began after the crash. A version whose write is known not to have been executed is never right.
struct KeyHistory: Sendable {
    /// Version 0 is what keys have from the beginning.
    private var latest: UInt32 = 0
    private var acknowledged: UInt32 = 0
    private var isBeingWritten = false
    private var inDoubt: [Doubt] = []
    private var refused: [UInt32] = []

    /// A version whose write may have been executed, or be still.
    struct Doubt: Sendable, Equatable {
        let version: UInt32
        /// Which run of the server was the last that can have got it.
        let incarnation: Int
    }

    /// More writes of one key than are refused while a read of it is under way.
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
    /// - Parameter incarnations: which run of the server it was when the write began, and when it ended.
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
