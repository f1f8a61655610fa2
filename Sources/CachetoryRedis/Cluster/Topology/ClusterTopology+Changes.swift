extension ClusterTopology {
    /// The addresses at which another node is than in an older topology: connections to them are to the wrong one.
    package func replacedAddresses(since old: ClusterTopology) -> [Address] {
        // Mostly few shards have changed, and all others stand where they stood.
        let first = zip(old.shards, shards).prefix { $0 == $1 }.count
        let most = min(old.shards.count, shards.count) - first
        let last = zip(old.shards.reversed(), shards.reversed()).prefix(most).prefix { $0 == $1 }.count
        var ids: [Address: String] = [:]
        for node in old.shards[first...].dropLast(last).flatMap(\.nodes) {
            if let address = node.address { ids[address] = node.id }
        }
        var replaced: [Address] = []
        for node in shards[first...].dropLast(last).flatMap(\.nodes) {
            guard let address = node.address, let id = ids[address], id != node.id else { continue }
            replaced.append(address)
            // Once is enough, if two claim it.
            ids[address] = nil
        }
        return replaced
    }
}
