/// A connection as the pool's policy sees it.
package protocol PoolMember: AnyObject {
    /// Leases given and not over yet.
    var load: Int { get }

    /// Of the requests that wait for their replies, see ``LargeRequests``.
    var largeBytes: Int { get }

    /// Whether others would have to wait there behind something large: a reply that is on its way or expected, or a request
    /// behind which nothing is sent.
    var isOccupied: Bool { get }

    /// Whether it may be given at all: open, and answering.
    var isAvailable: Bool { get }

    /// When its last reply came, or its handshake was done.
    var lastReply: Timestamp { get }
}

/// Which connection a caller gets, and when another one is opened. A pure value: no sockets, no clock, no lock.
///
/// Few connections, kept busy: commands that share a connection share its system calls. So callers share the least loaded
/// of the first ones, as many as all that is in flight has taken of late, and another is opened only when there are fewer.
/// After a burst the last ones have nothing to do, and are closed where an idle timeout is set.
package struct PoolState<Member: PoolMember> {
    /// What a caller needs.
    package enum Kind: Sendable {
        /// A place in a connection that others use as well.
        case shared
        /// A connection that nobody else uses until it is given back.
        case exclusive
    }

    /// So many may be in flight on each of that many connections before another one is used. More connections mean smaller
    /// batches.
    ///
    /// Each further one has to be earned by eight times as many: two are faster than one, as a caller and the reactor can
    /// then write at once; with more the batches only get smaller, down to half the throughput with eight.
    package static func targetDepth(connections: Int) -> Int {
        64 << (3 * min(max(0, connections - 1), 10))
    }

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

        var isShareable: Bool { mode == .shared && member.isAvailable }

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

    /// Over how many connections callers are spread.
    private var spread = SlidingWindowMaximum()

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
    ///
    /// - Parameters:
    ///   - weight: that of the request.
    ///   - waitsForOpening: whether the caller rather waits for another connection, if there may be one, than behind something
    ///     large.
    package mutating func take(
        _ kind: Kind, _ weight: RequestWeight = .none, at now: Timestamp, waitsForOpening: Bool = true
    ) -> Member? {
        switch kind {
        case .shared:
            let free = leastLoaded(for: demand, weight, at: now)
            return free ?? (waitsForOpening && mayGrow ? nil : leastOccupied)
        case .exclusive:
            guard let index = slots.firstIndex(where: { $0.mode != .exclusive && $0.mode != .retiring && $0.isIdle })
            else { return nil }
            slots[index].mode = .exclusive
            return slots[index].member
        }
    }

    /// The connection to share now, if that is all there is to do: nobody has to wait, and none is to be opened.
    package mutating func tryTake(at now: Timestamp, _ weight: RequestWeight = .none) -> Member? {
        let demand = demand
        if shouldOpen(for: demand) { return nil }
        return leastLoaded(for: demand, weight, at: now) ?? (mayGrow ? nil : leastOccupied)
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
            let index = slots.indices.filter({ slots[$0].isShareable })
                .min(by: { slots[$0].member.load < slots[$1].member.load })
        {
            slots[index].mode = .draining
        }
    }
}

// MARK: - How many are shared

extension PoolState {
    private struct Demand {
        /// How many connections all that is in flight takes now.
        let connections: Int
        /// How many there are that may be shared without a wait behind something large.
        let available: Int
        /// How many there are beside these.
        let occupied: Int
    }

    private var demand: Demand {
        var (load, largeBytes, available, occupied) = (0, 0, 0, 0)
        for index in slots.indices where slots[index].isShareable {
            if slots[index].member.isOccupied {
                occupied += 1
                continue
            }
            load += slots[index].member.load
            largeBytes += slots[index].member.largeBytes
            available += 1
        }
        return Demand(
            connections: connections(load: load, largeBytes: largeBytes), available: available, occupied: occupied)
    }

    /// How many connections so much in flight takes, and the next call with it.
    private func connections(load: Int, largeBytes: Int) -> Int {
        var connections = 1
        while load > connections * Self.targetDepth(connections: connections) { connections += 1 }
        return max(connections, largeBytes / LargeRequests.connectionShare + 1)
    }

    /// The least loaded of as many connections as are in use, or the next one if those are full; nil if all are, or if
    /// something large is under way on them.
    private mutating func leastLoaded(for demand: Demand, _ weight: RequestWeight, at now: Timestamp) -> Member? {
        spread.add(demand.connections, at: now)
        if weight.isHeavy { return leastLoadedToLend }
        var least: (index: Int, load: Int)?
        var rest = spread.value
        for index in slots.indices where slots[index].isShareable && !slots[index].member.isOccupied {
            let load = slots[index].member.load
            if load < least?.load ?? maxInFlight { least = (index, load) }
            rest -= 1
            if rest <= 0 && least != nil { break }
        }
        return least.map { slots[$0.index].member }
    }

    /// A connection for a request behind which all others would wait for long: the least loaded of all. The last one on which
    /// nothing large is under way is left to small calls, if there are others and cannot be more.
    private var leastLoadedToLend: Member? {
        let free = slots.count { $0.isShareable && !$0.member.isOccupied }
        if free == 1, !mayGrow, let occupied = leastOccupied { return occupied }
        return leastLoaded { !$0.isOccupied }
    }

    private var leastOccupied: Member? { leastLoaded { $0.isOccupied } }

    /// Whether there may soon be another connection.
    private var mayGrow: Bool { opening > 0 || slots.count < maxConnections }

    private func leastLoaded(where isMeant: (Member) -> Bool) -> Member? {
        var least: (member: Member, load: Int)?
        for index in slots.indices where slots[index].isShareable && isMeant(slots[index].member) {
            let load = slots[index].member.load
            if load < least?.load ?? maxInFlight { least = (slots[index].member, load) }
        }
        return least?.member
    }
}

// MARK: - Opening and closing

extension PoolState {
    /// Whether to open another connection, given how many callers wait for one.
    package func shouldOpen(waiting: Int) -> Bool {
        if waiting == 0 { return shouldOpen(for: demand) }
        // The first one alone: it may be enough, and if the server is away, one attempt tells.
        return mayOpen && (opening == 0 || opening < waiting && !slots.isEmpty)
    }

    /// Whether to open another connection beside those that can be shared, while nobody waits.
    private func shouldOpen(for demand: Demand) -> Bool {
        demand.connections > demand.available && demand.available + demand.occupied > 0 && opening == 0 && mayOpen
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

    /// - Returns: whether it was there.
    @discardableResult
    package mutating func remove(_ member: Member) -> Bool {
        let count = slots.count
        slots.removeAll { $0.member === member }
        return slots.count < count
    }
}
