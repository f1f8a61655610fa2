/// The writes of one key that decide what a read may find. A pure value.
///
/// One caller at a time writes a key, a new version each time, so that versions are ordered. A read may find the last
/// version acknowledged before it began, any later one, or an older one in doubt: a server may still execute such a
/// write from its buffers. A crash empties the buffers, so a version in doubt from before it is wrong once a write that
/// began after the crash has been acknowledged. A version whose write is known not to have been executed is always
/// wrong.
///
/// In a cluster a replica replaces a primary that dies, and may lack its last writes, for replication is asynchronous.
/// ``endanger()`` is called some time before: versions acknowledged from then on may be lost, and are counted apart.
/// Those acknowledged before may not.
struct KeyHistory: Sendable {
    /// Keys begin with version 0.
    private var latest: UInt32 = 0
    private var acknowledged: UInt32 = 0
    private var isBeingWritten = false
    private var inDoubt: [Doubt] = []
    private var refused: [UInt32] = []

    /// The server's run: counts crashes.
    private var incarnation = 0
    /// The run in which the write under way began.
    private var writeIncarnation = 0

    /// A version whose write may be executed, now or later.
    struct Doubt: Sendable, Equatable {
        let version: UInt32
        /// The last run of the server that can have received it.
        let incarnation: Int
    }

    // MARK: Failover

    /// Whether a failover may lose a version that is acknowledged now.
    private enum Danger {
        case none
        /// The primary will end soon: the version stays until then.
        case ahead
        /// The primary has ended.
        case present
    }
    private var danger = Danger.none

    /// The last version that no failover can lose.
    private var durable: UInt32 = 0
    /// The oldest version that a read may find.
    private var floor: UInt32 = 0
    /// How often the end of a primary has lowered ``floor``, and to what the last time.
    private var lowered = (count: 0, floor: UInt32(0))
    /// The acknowledged versions after ``durable``.
    private var endangered: [UInt32] = []
    /// A write that began in an earlier run may have reached a primary that has been replaced since.
    private var firstSafeIncarnation = 0

    /// More than the refusals of one key's writes during a read.
    private static let refusedLimit = 64

    /// What is known when a read begins.
    struct ReadMark: Sendable {
        fileprivate let acknowledged: UInt32
        fileprivate let floor: UInt32
        fileprivate let lowerings: Int
        fileprivate let inDoubt: [Doubt]
    }

    /// The version to write; nil if somebody else is writing the key.
    mutating func beginWrite() -> UInt32? {
        guard !isBeingWritten else { return nil }
        isBeingWritten = true
        writeIncarnation = incarnation
        latest += 1
        return latest
    }

    /// The write of the latest version is over.
    mutating func endWrite(_ outcome: WriteOutcome) {
        isBeingWritten = false
        switch outcome {
        case .acknowledged:
            acknowledged = latest
            noteAcknowledged()
            inDoubt.removeAll { $0.incarnation < writeIncarnation }
        case .unknown:
            inDoubt.append(Doubt(version: latest, incarnation: incarnation))
        case .refused:
            if refused.count == Self.refusedLimit { refused.removeFirst() }
            refused.append(latest)
        }
    }

    private mutating func noteAcknowledged() {
        let mayBeElsewhere = writeIncarnation < firstSafeIncarnation
        if danger == .none, !mayBeElsewhere {
            (durable, floor) = (latest, latest)
            endangered = []
        } else {
            endangered.append(latest)
            if danger == .ahead, !mayBeElsewhere { floor = latest }
        }
    }

    func beginRead() -> ReadMark {
        ReadMark(acknowledged: acknowledged, floor: floor, lowerings: lowered.count, inDoubt: inDoubt)
    }

    /// What is wrong with a version that a read has found; nil if it may be there.
    ///
    /// - Parameter lost: is called with the number of acknowledged versions that a failover has lost, once for each version.
    mutating func difference(of version: UInt32, from mark: ReadMark, lost: (Int) -> Void = { _ in }) -> WrongValue? {
        if version > latest { return .neverWritten(version: version) }
        if refused.contains(version) { return .refused(version: version) }
        if version >= mark.acknowledged || mark.inDoubt.contains(where: { $0.version == version }) { return nil }
        // The primary may have ended during the read.
        let floor = lowered.count > mark.lowerings ? min(mark.floor, lowered.floor) : mark.floor
        guard version >= floor else { return .outdated(version: version, acknowledged: mark.acknowledged) }
        let before = endangered.count
        endangered.removeAll { $0 > version && $0 <= mark.acknowledged }
        if endangered.count < before { lost(before - endangered.count) }
        return nil
    }

    // MARK: Faults

    /// The server's process has ended, and the next has not started. It kept what it had acknowledged.
    mutating func crash() {
        incarnation += 1
    }

    /// The key's primary will be killed or halted soon: its replica may miss what it acknowledges from now on.
    mutating func endanger() {
        danger = .ahead
    }

    /// The key's primary was killed or halted, and no replica has been promoted yet.
    mutating func strike() {
        endIncarnation()
        danger = .present
        floor = durable
        lowered = (lowered.count + 1, durable)
    }

    /// A halted primary is about to resume. It executes and acknowledges what is in its buffers, even if a replica was
    /// promoted meanwhile.
    mutating func resume() {
        endIncarnation()
    }

    /// The danger is over.
    ///
    /// - Parameter isReplaced: whether a replica was promoted.
    mutating func settle(isReplaced: Bool) {
        danger = .none
        guard !isReplaced else { return }
        (durable, floor) = (acknowledged, acknowledged)
        endangered = []
    }

    /// The writes under way may be acknowledged by a primary that is replaced.
    private mutating func endIncarnation() {
        incarnation += 1
        firstSafeIncarnation = incarnation
    }
}
