/// What the cluster's thread and its tests share.
struct FakeState {
    var map: FakeMap
    var nodes: [FakeNode]
    var store = FakeStore()
    let port: Int

    var hosts = FakeCluster.HostStyle.addresses { didSet { slotsReplies = [:] } }
    var script: (@Sendable (FakeCluster.Call) -> FakeCluster.ScriptedReply?)?

    /// How many connections there have been.
    var lastConnection = 0

    /// Connections that are to be reset, by their nodes.
    var condemned: Set<Int> = []

    /// Grows with each order that may concern connections that there are.
    var orders = 0
    var isStopped = false

    /// When each `CLUSTER SLOTS` came.
    var mapRequests: [(node: Int, at: ContinuousClock.Instant)] = []

    /// Of the cluster's thread.
    var processorTime = Duration.zero

    /// The replies to `CLUSTER SLOTS`, which take long to make, by what they depend on.
    private var slotsReplies: [SlotsKey: [UInt8]] = [:]

    private struct SlotsKey: Hashable {
        let version: Int
        let isRESP3: Bool
        /// The node that answers, where that matters.
        let node: Int?
    }

    init(map: FakeMap, nodeCount: Int, port: Int) {
        (self.map, self.port) = (map, port)
        nodes = Array(repeating: FakeNode(), count: nodeCount)
    }

    /// The map as a node tells it.
    func map(of node: Int) -> FakeMap { nodes[node].frozenMap ?? map }

    // MARK: What is told of the map

    /// The reply to `CLUSTER SLOTS`.
    mutating func slots(toldBy node: Int, isRESP3: Bool) -> [UInt8] {
        let map = map(of: node)
        let isOwn = if case .emptyForItself = hosts { true } else { false }
        let key = SlotsKey(version: map.version, isRESP3: isRESP3, node: isOwn ? node : nil)
        if let reply = slotsReplies[key] { return reply }
        let reply = encodeSlots(of: map, toldBy: node, isRESP3: isRESP3)
        if slotsReplies.count >= Self.keptReplies { slotsReplies = [:] }
        slotsReplies[key] = reply
        return reply
    }

    /// A few: of a large map each has some megabytes.
    private static let keptReplies = 4

    private func encodeSlots(of map: FakeMap, toldBy node: Int, isRESP3: Bool) -> [UInt8] {
        // All members of a shard are the same in each of its entries.
        let shards = map.shards.map { members in
            var reply = ReplyBytes(isRESP3: isRESP3)
            for member in members { append(member, toldBy: node, to: &reply) }
            return reply.bytes
        }
        let ranges = map.ranges
        var reply = ReplyBytes(isRESP3: isRESP3)
        reply.array(ranges.count)
        for (slots, shard) in ranges {
            reply.array(2 + map.shards[shard].count)
            reply.integer(slots.lowerBound)
            reply.integer(slots.upperBound)
            reply.append(shards[shard])
        }
        return reply.bytes
    }

    private func append(_ member: Int, toldBy node: Int, to reply: inout ReplyBytes) {
        let described = FakeCluster.Node(index: member)
        let (host, toldPort): (String?, Int) =
            switch hosts {
            case .addresses: (described.host, port)
            case .null: (nil, port)
            case .emptyForItself: (member == node ? "" : described.host, port)
            case .unknown: ("?", port)
            case .custom(let address): address(described)
            }
        reply.array(4)
        if let host { reply.string(host) } else { reply.null() }
        reply.integer(toldPort)
        reply.string(described.id)
        reply.map(0)
    }

    /// The reply to `CLUSTER INFO`.
    func clusterInfo(toldBy node: Int) -> String {
        let map = map(of: node)
        let assigned = map.owners.count { $0 != FakeMap.nobody }
        return [
            "cluster_enabled:1", "cluster_state:\(nodes[node].isOK ? "ok" : "fail")",
            "cluster_slots_assigned:\(assigned)", "cluster_slots_ok:\(assigned)", "cluster_slots_pfail:0",
            "cluster_slots_fail:0", "cluster_known_nodes:\(map.shards.reduce(0) { $0 + $1.count })",
            "cluster_size:\(Set(map.owners).subtracting([FakeMap.nobody]).count)",
            "cluster_current_epoch:\(map.epoch)", "cluster_my_epoch:\(map.epoch)", "",
        ].joined(separator: "\r\n")
    }
}
