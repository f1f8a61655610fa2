/// Where a request may be sent.
package enum Placement: Sendable {
    /// To any primary.
    case keyless
    /// To the owner of the slot.
    case slot(HashSlot)
    /// To several nodes, in parts.
    case split(RequestSplit)
    /// Nowhere: its keys are in several slots, and it is not to be divided. The owner of the first one answers
    /// `CROSSSLOT`.
    case severalSlots(first: HashSlot)

    init(_ route: KeyPositions.Route) {
        switch route {
        case .keyless: self = .keyless
        case .slot(let slot): self = .slot(slot)
        case .severalSlots(let first): self = .severalSlots(first: first)
        }
    }
}

extension Request {
    /// The slot of a request that has one key in its caller's form, such as `GET`: known sooner than ``placement``, which
    /// tells it for all others.
    @inline(__always)
    package var slotOfOnlyKey: HashSlot? { form.slotOfOnlyKey }

    /// Where it may be sent on a cluster.
    package var placement: Placement { form.placement(isReadOnly: isReadOnly) }

    /// Whether it is only assumed where the keys of a command stand.
    package var assumesKeys: Bool { form.assumesKeys }
}
