// What is decided after an attempt.
extension ReroutePolicy {
    package enum Target: Sendable, Hashable {
        /// Whoever owns the slot when it is sent.
        case owner

        /// A node, whatever the map says. If it is `asking`, each command goes behind `ASKING`, a transaction as a whole.
        case node(Address, asking: Bool)
    }

    package enum Action: Sendable, Hashable {
        /// What came is the answer: see ``answer(_:to:)``.
        case answer

        case send(to: Target, after: Duration)

        /// Nothing was executed. It is sent to the slot's owner once there is another map. If there is none in time, what came
        /// is the answer.
        case waitForMap(until: Timestamp)
    }

    /// What a `MOVED` said of one slot.
    package struct SlotMove: Sendable, Hashable {
        package let slot: HashSlot

        /// Nil if it is not known.
        package let node: Address?

        package init(slot: HashSlot, node: Address?) {
            (self.slot, self.node) = (slot, node)
        }
    }

    package struct Decision: Sendable, Hashable {
        package var action: Action

        /// Whether the map is wrong, or may be: see ``RefreshPolicy/request(at:)``.
        package var refresh: Bool

        /// What is to be changed in the map at once.
        package var moved: SlotMove?

        /// Whether the request has all its time again, from now on.
        package var startsOver: Bool

        package init(_ action: Action, refresh: Bool = false, startsOver: Bool = false) {
            (self.action, self.refresh, self.startsOver) = (action, refresh, startsOver)
        }
    }

    /// Who was asked, and since when.
    package struct Attempt: Sendable {
        package let node: Address

        /// When the attempt began; or since when the node cannot be reached, if that is known.
        package let begun: Timestamp

        package init(to node: Address, begun: Timestamp) {
            (self.node, self.begun) = (node, begun)
        }
    }
}
