/// What a pool has to do for its connections now, and when to ask again.
package struct Maintenance<Member> {
    /// Idle for so long that they have to show that they are alive. They are lent for that, as to an exclusive caller.
    package fileprivate(set) var checks: [Member] = []

    package fileprivate(set) var next = Timestamp.distantFuture
}

extension PoolState {
    /// What is due. Connections that were idle for too long, or are too old, are given to nobody any more; see
    /// ``removeRetired()``.
    package mutating func maintenance(_ policy: MaintenancePolicy, at now: Timestamp) -> Maintenance<Member> {
        var due = Maintenance<Member>()
        var count = slots.count { $0.mode != .retiring }
        for index in slots.indices where slots[index].mode != .retiring {
            // It is looked at again when it is given back.
            if slots[index].mode == .exclusive { continue }
            let isIdle = slots[index].isIdle
            let idleEnd = (isIdle ? slots[index].idleSince : now) + policy.idleTimeout
            let mayClose = count > policy.minConnections
            if slots[index].retiresAt <= now || mayClose && idleEnd <= now {
                slots[index].mode = .retiring
                count -= 1
                continue
            }
            let check = (isIdle ? slots[index].member.lastReply : now) + policy.checkInterval
            if check <= now {
                slots[index].mode = .exclusive
                due.checks.append(slots[index].member)
                continue
            }
            due.next = min(due.next, slots[index].retiresAt, check)
            if mayClose { due.next = min(due.next, idleEnd) }
        }
        return due
    }

    /// Whether there are fewer connections than there should be at least, and another one may be opened.
    package func isBelow(_ minimum: Int) -> Bool {
        let kept = slots.count { $0.mode != .retiring }
        return kept + opening < minimum && slots.count + opening < maxConnections && opening < Self.openingLimit
    }

    // MARK: - Health checks

    /// Since when nobody has used it. Its own health checks do not count.
    package func idleSince(_ member: Member) -> Timestamp {
        slots.first { $0.member === member }?.idleSince ?? .distantFuture
    }

    /// It has answered a health check, and is as idle as before.
    package mutating func noteCheck(of member: Member, idleSince: Timestamp) {
        guard let index = slots.firstIndex(where: { $0.member === member }) else { return }
        slots[index].lastCheck = (idleSince, member.lastReply)
    }

    // MARK: - Retirement

    /// Whether there are connections to be closed as soon as they have nothing in flight.
    package var hasRetiring: Bool { slots.contains { $0.mode == .retiring } }

    /// Takes those away that are to be closed and have nothing in flight.
    package mutating func removeRetired() -> [Member] {
        let isRetired = { (slot: Slot) in slot.mode == .retiring && slot.member.load == 0 }
        let retired = slots.filter(isRetired).map(\.member)
        if !retired.isEmpty { slots.removeAll(where: isRetired) }
        return retired
    }
}
