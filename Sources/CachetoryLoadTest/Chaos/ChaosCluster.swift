import CachetoryLocalServer

/// The private cluster, and how to inject faults into it. The history of writes learns which of them a failover may lose.
struct ChaosCluster: ChaosTarget {
    let subject = ChaosSubject.cluster

    private let cluster: LocalCluster
    private let history: WriteHistory
    private let places: KeyPlaces

    /// Writes acknowledged so shortly before the end of a primary may be lost. Redis replicates at once, so this is far more
    /// than it takes, even on a busy machine.
    static let danger = Duration.milliseconds(500)

    /// How many slots move in one event.
    private static let slotsAtOnce = 1_000

    init(_ cluster: LocalCluster, _ history: WriteHistory, _ places: KeyPlaces) {
        (self.cluster, self.history, self.places) = (cluster, history, places)
    }

    func perform(_ step: ChaosPlan.Step, pause: (UInt64) -> Bool, served: (SlotSet?) -> Void) throws {
        switch step.kind {
        case .moveSlots: served(try moveSlots(step))
        case .failover: served(try failover(step))
        case .crash, .halt:
            let primary = try choosePrimary(step)
            let slots = try slots(of: primary)
            note(slots) { $0.endanger() }
            guard pause(Self.danger.milliseconds) else { return note(slots) { $0.settle(isReplaced: false) } }
            if step.kind == .crash {
                try crash(primary, slots, for: step.time, pause: pause, served: served)
            } else {
                try halt(primary, slots, for: .milliseconds(Int(step.time)), pause: pause, served: served)
            }
        default: preconditionFailure("\(step.kind) is a fault of a single server")
        }
        try cluster.waitUntilSettled()
    }

    // MARK: The end of a primary

    private func crash(
        _ primary: LocalClusterNode, _ slots: SlotSet, for time: UInt64, pause: (UInt64) -> Bool,
        served: (SlotSet?) -> Void
    ) throws {
        primary.kill()
        note(slots) { $0.strike() }
        _ = try cluster.waitForPromotion(insteadOf: primary)
        note(slots) { $0.settle(isReplaced: true) }
        served(slots)
        _ = pause(time)
        // It has no data left, and becomes a replica of its successor.
        try primary.restart()
    }

    private func halt(
        _ primary: LocalClusterNode, _ slots: SlotSet, for time: Duration, pause: (UInt64) -> Bool,
        served: (SlotSet?) -> Void
    ) throws {
        let end = ContinuousClock.now + time
        primary.suspend()
        note(slots) { $0.strike() }
        let isReplaced: Bool
        do {
            isReplaced = try cluster.waitForPromotion(insteadOf: primary, within: time) != nil
        } catch {
            primary.resume()
            throw error
        }
        if isReplaced {
            note(slots) { $0.settle(isReplaced: true) }
            served(slots)
            _ = pause(max(.zero, end - .now).milliseconds)
        }
        note(slots) { $0.resume() }
        primary.resume()
        guard !isReplaced else { return }
        // The others may be promoting a replica just now.
        try cluster.waitUntilSettled()
        let wasReplaced = try cluster.primary(ofShard: primary.shard) != primary
        note(slots) { $0.settle(isReplaced: wasReplaced) }
        served(slots)
    }

    private func note(_ slots: SlotSet, _ change: (inout KeyHistory) -> Void) {
        history.change(keysWhere: { places.isKey($0, in: slots) }, change)
    }

    // MARK: Handovers

    private func failover(_ step: ChaosPlan.Step) throws -> SlotSet {
        let primary = try choosePrimary(step)
        let slots = try slots(of: primary)
        _ = try cluster.failover(ofShard: primary.shard)
        return slots
    }

    /// Returns the slots of the primary that has gained some.
    private func moveSlots(_ step: ChaosPlan.Step) throws -> SlotSet {
        let primaries = try cluster.primaries()
        let counts = try primaries.map { primary in try ranges(of: primary).reduce(0) { $0 + $1.count } }
        guard primaries.count > 1, let most = counts.indices.max(by: { counts[$0] < counts[$1] }) else {
            preconditionFailure("a cluster has several primaries")
        }
        let owned = try ranges(of: primaries[most])
        let range = owned[Int(step.chance % UInt64(owned.count))]
        let others = primaries.filter { $0 != primaries[most] }
        let target = others[Int(step.chance / 64 % UInt64(others.count))]
        try cluster.moveSlots(
            range.lowerBound...min(range.upperBound, range.lowerBound + Self.slotsAtOnce - 1), to: target)
        return try slots(of: target)
    }

    private func choosePrimary(_ step: ChaosPlan.Step) throws -> LocalClusterNode {
        let primaries = try cluster.primaries()
        return primaries[Int(step.chance % UInt64(primaries.count))]
    }

    private func slots(of node: LocalClusterNode) throws -> SlotSet {
        SlotSet(try ranges(of: node))
    }

    private func ranges(of node: LocalClusterNode) throws -> [ClosedRange<Int>] {
        try node.view().member(node.id)?.slots ?? []
    }
}
