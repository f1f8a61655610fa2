/// Callers who wait for a connection: of each kind, first come, first served.
package struct LeaseQueue<Member: PoolMember & Sendable>: ~Copyable, Sendable {
    package typealias Kind = PoolState<Member>.Kind

    package struct Entry: Sendable {
        package let waiter: Waiter<Member>
        package let kind: Kind
        /// That of its request.
        package let weight: RequestWeight
        /// When it has waited long enough, or its command's deadline has passed, whichever comes first.
        package let deadline: Timestamp
        /// Whether that is the command's.
        package let isCommandDeadline: Bool
        /// How many came before it.
        fileprivate let number: UInt64
    }

    private var shared = RingBuffer<Entry>()
    private var exclusive = RingBuffer<Entry>()

    /// How many ever came.
    private var arrivals: UInt64 = 0

    /// With this many entries, those that nobody waits for any more are looked for: cancelled calls must not fill the memory
    /// while the connections are away.
    private var sweepCount = Self.firstSweepCount
    private static var firstSweepCount: Int { 256 }

    package init() {}

    /// How many wait, those included who were cancelled and not dropped yet.
    package var count: Int { shared.count + exclusive.count }

    package mutating func append(
        _ waiter: Waiter<Member>, _ kind: Kind, _ weight: RequestWeight = .none, deadline: Timestamp,
        isCommandDeadline: Bool
    ) {
        let entry = Entry(
            waiter: waiter, kind: kind, weight: weight, deadline: deadline, isCommandDeadline: isCommandDeadline,
            number: arrivals)
        arrivals += 1
        switch kind {
        case .shared: shared.append(entry)
        case .exclusive: exclusive.append(entry)
        }
        if count >= sweepCount {
            removeAll { $0.waiter.hasEnded }
            sweepCount = max(Self.firstSweepCount, 2 * count)
        }
    }

    /// Who came first of those who still wait.
    package mutating func first() -> Entry? {
        guard let shared = first(.shared) else { return first(.exclusive) }
        guard let exclusive = first(.exclusive) else { return shared }
        return shared.number < exclusive.number ? shared : exclusive
    }

    /// The first of one kind who still waits. Those who were cancelled are dropped on the way.
    package mutating func first(_ kind: Kind) -> Entry? {
        switch kind {
        case .shared: Self.first(of: &shared)
        case .exclusive: Self.first(of: &exclusive)
        }
    }

    private static func first(of entries: inout RingBuffer<Entry>) -> Entry? {
        while let entry = entries.first {
            if !entry.waiter.hasEnded { return entry }
            _ = entries.popFirst()
        }
        return nil
    }

    package mutating func removeFirst(_ kind: Kind) {
        switch kind {
        case .shared: _ = shared.popFirst()
        case .exclusive: _ = exclusive.popFirst()
        }
    }
}

// MARK: - Those who give up

extension LeaseQueue {
    /// The earliest deadline of those who wait. Linear time, so it is for whoever has just waited for it.
    package var nextDeadline: Timestamp {
        var next = Timestamp.distantFuture
        for offset in 0..<shared.count { next = min(next, shared[offset].deadline) }
        for offset in 0..<exclusive.count { next = min(next, exclusive[offset].deadline) }
        return next
    }

    /// Takes those whose deadline has passed.
    package mutating func takeExpired(at now: Timestamp) -> [Entry] {
        var expired: [Entry] = []
        removeAll { entry in
            if entry.deadline <= now { expired.append(entry) }
            return entry.deadline <= now || entry.waiter.hasEnded
        }
        return expired
    }

    package mutating func takeAll() -> [Entry] {
        takeExpired(at: .distantFuture)
    }

    private mutating func removeAll(where isOver: (Entry) -> Bool) {
        Self.removeAll(of: &shared, where: isOver)
        Self.removeAll(of: &exclusive, where: isOver)
    }

    private static func removeAll(of entries: inout RingBuffer<Entry>, where isOver: (Entry) -> Bool) {
        for _ in 0..<entries.count {
            if let entry = entries.popFirst(), !isOver(entry) { entries.append(entry) }
        }
    }
}
