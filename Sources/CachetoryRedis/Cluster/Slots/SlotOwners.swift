/// Which node of a cluster serves a slot, to a client's present knowledge: for counting by node. Calls do not pay for it.
package struct SlotOwners: Sendable {
    package struct Owner: Sendable {
        /// A small number, unique in this process. A node that was gone for long returns with another one.
        package let number: Int

        /// As the cluster announces it.
        package let address: RedisClientConfiguration.Address

        package init(number: Int, address: RedisClientConfiguration.Address) {
            (self.number, self.address) = (number, address)
        }
    }

    private let find: @Sendable (HashSlot) -> Owner?

    /// Owners from elsewhere, as in a test.
    package init(_ find: @escaping @Sendable (HashSlot) -> Owner?) {
        self.find = find
    }

    init<Pool>(_ map: ClusterMap<Pool>) {
        self.init { slot in
            map.routes.node(of: slot).map { Owner(number: Int($0.number), address: $0.address) }
        }
    }

    /// Nil if no node is known to serve it.
    package func owner(of slot: HashSlot) -> Owner? { find(slot) }
}

extension AsyncRedisClient {
    /// Nil of one server, which owns them all.
    package var slotOwners: SlotOwners? {
        if case .cluster(let cluster) = topology { SlotOwners(cluster.cluster) } else { nil }
    }
}

extension SyncRedisClient {
    /// Nil of one server, which owns them all.
    package var slotOwners: SlotOwners? {
        if case .cluster(let cluster) = topology { SlotOwners(cluster.cluster) } else { nil }
    }
}
