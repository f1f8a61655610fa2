/// A connection as the pool's policy sees it.
package protocol PoolMember: AnyObject {
    /// Leases given and not over yet.
    var load: Int { get }

    /// How many bytes the requests have that wait for their replies; may be zero where all are small.
    var bytesInFlight: Int { get }

    /// Whether it may be given at all: open, and answering.
    var isAvailable: Bool { get }

    /// When its last reply came, or its handshake was done.
    var lastReply: Timestamp { get }
}

/// Which connection a caller gets, and when another one is opened. A pure value: no sockets, no clock, no lock.
///
/// Few connections, kept busy: commands that share a connection share its system calls. So callers share the least loaded
/// one, and another is opened only when that has more commands in flight than its ``targetDepth(connections:)``, or the
/// only one more bytes than ``targetBytes``.
package struct PoolState<Member: PoolMember> {
    /// What a caller needs.
    package enum Kind: Sendable {
        /// A place in a connection that others use as well.
        case shared
        /// A connection that nobody else uses until it is given back.
        case exclusive
    }

    /// In flight on the least loaded connection before another one is opened. More connections mean smaller batches.
    ///
    /// Each further one has to be earned by eight times as many: two are faster than one, as a caller and the reactor can
    /// then write at once; with more the batches only get smaller, down to half the throughput with eight.
    package static func targetDepth(connections: Int) -> Int {
        64 << (3 * min(max(0, connections - 1), 10))
    }

    /// With more bytes in flight than this on the only connection, a second one is opened as well. Large values are copied
    /// and written one after the other there, and side by side on two.
    package static var targetBytes: Int { 1 << 20 }

    /// Connects under way at once: a server that comes back is not to be flooded.
    package static var openingLimit: Int { 2 }

    enum Mode {
        /// Anybody may share it.
        case shared
        /// Nobody gets it any more, until it is idle and an exclusive caller does.
        case draining
        /// One caller has it alone.
        case exclusive
        /// Nobody gets it any more: it is closed when it is idle.
        case retiring
    }

    struct Slot {
        let member: Member
        var mode = Mode.shared
        let retiresAt: Timestamp

        /// Since when it was idle at its last health check, and when that was answered.
        var lastCheck: (idleSince: Timestamp, answered: Timestamp)?

        var isIdle: Bool { member.isAvailable && member.load == 0 }

        /// When its last reply came that was not a health check's.
        var idleSince: Timestamp {
            let lastReply = member.lastReply
            return lastCheck.flatMap { $0.answered == lastReply ? $0.idleSince : nil } ?? lastReply
        }
    }

    package let maxConnections: Int
    package let maxInFlight: Int

    var slots: [Slot] = []

    /// Connects under way.
    package private(set) var opening = 0

    package init(maxConnections: Int, maxInFlight: Int) {
        self.maxConnections = maxConnections
        self.maxInFlight = maxInFlight
    }

    package var members: [Member] { slots.map(\.member) }

    package var isEmpty: Bool { slots.isEmpty }
}

// MARK: - Leases

extension PoolState {
    /// The connection to lease now; nil if the caller has to wait.
    package mutating func take(_ kind: Kind) -> Member? {
        switch kind {
        case .shared:
            guard let (index, load) = leastLoadedShared, load < maxInFlight else { return nil }
            return slots[index].member
        case .exclusive:
            guard let index = slots.firstIndex(where: { $0.mode != .exclusive && $0.mode != .retiring && $0.isIdle })
            else { return nil }
            slots[index].mode = .exclusive
            return slots[index].member
        }
    }

    /// The connection to share now, if that is all there is to do: nobody has to wait, and none is to be opened.
    package func takeInPassing() -> Member? {
        guard let least = leastLoadedShared, least.load < maxInFlight, !shouldOpen(beside: least) else { return nil }
        return slots[least.index].member
    }

    /// An exclusive lease is over.
    package mutating func giveBack(_ member: Member) {
        guard let index = slots.firstIndex(where: { $0.member === member }) else { return }
        slots[index].mode = .shared
    }

    /// An exclusive caller is the next in line, or nobody of that kind: under load no connection would ever be idle for
    /// it, so one is kept from the others.
    package mutating func drainForExclusive(_ isNext: Bool) {
        if !isNext {
            for index in slots.indices where slots[index].mode == .draining { slots[index].mode = .shared }
        } else if !slots.contains(where: { $0.mode == .draining && $0.member.isAvailable }),
            let (index, _) = leastLoadedShared
        {
            slots[index].mode = .draining
        }
    }

    private var leastLoadedShared: (index: Int, load: Int)? {
        var least: (index: Int, load: Int)?
        for index in slots.indices where slots[index].mode == .shared && slots[index].member.isAvailable {
            let load = slots[index].member.load
            if load < least?.load ?? .max { least = (index, load) }
        }
        return least
    }
}

// MARK: - Opening and closing

extension PoolState {
    /// Whether to open another connection, given how many callers wait for one.
    package func shouldOpen(waiting: Int) -> Bool {
        if waiting == 0 { return leastLoadedShared.map { shouldOpen(beside: $0) } ?? false }
        // The first one alone: it may be enough, and if the server is away, one attempt tells.
        return mayOpen && (opening == 0 || opening < waiting && !slots.isEmpty)
    }

    /// Whether to open another connection beside the least loaded one, while nobody waits.
    private func shouldOpen(beside least: (index: Int, load: Int)) -> Bool {
        let isLarge = slots[least.index].member.bytesInFlight > Self.targetBytes
        guard isLarge || least.load > Self.targetDepth(connections: 1), mayOpen, opening == 0 else { return false }
        // Those that exclusive callers have do nothing for the others.
        let sharing = slots.count { $0.mode == .shared }
        return least.load > Self.targetDepth(connections: sharing) || isLarge && sharing == 1
    }

    private var mayOpen: Bool { slots.count + opening < maxConnections && opening < Self.openingLimit }

    package mutating func startOpening() {
        opening += 1
    }

    /// An attempt has ended, with a connection or without.
    package mutating func finishOpening(_ member: Member?, retiresAt: Timestamp = .distantFuture) {
        opening -= 1
        if let member { slots.append(Slot(member: member, retiresAt: retiresAt)) }
    }

    package mutating func remove(_ member: Member) {
        slots.removeAll { $0.member === member }
    }
}
