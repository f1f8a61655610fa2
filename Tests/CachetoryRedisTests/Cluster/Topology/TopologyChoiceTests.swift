import CachetoryRedis
import Testing

@Suite struct TopologyChoiceTests {
    typealias Node = ClusterTopology.Node

    private static func view(_ owner: String, isOK: Bool = true, epoch: Int = 5, slots: Int = 16_384) -> ClusterTopology
    {
        let shard = ClusterTopology.Shard(primary: Node(id: owner, address: nil), ranges: [0...slots - 1])
        return ClusterTopology(shards: [shard], isOK: isOK, epoch: epoch)
    }

    @Test(
        arguments: [
            // Whoever sees no majority knows nothing, however new that is.
            ([view("old", isOK: false, epoch: 9), view("new")], "new"),
            // News beats a majority, and one with more slots.
            ([view("old"), view("old"), view("new", epoch: 6, slots: 10_000)], "new"),
            ([view("less", slots: 16_383), view("less", slots: 16_383), view("more")], "more"),
            ([view("one"), view("many"), view("many")], "many"), ([view("first"), view("second")], "first"),
            ([view("only", isOK: false, slots: 1)], "only"),
        ])
    func `the best view counts`(views: [ClusterTopology], owner: String) {
        #expect(TopologyChoice.best(of: views)?.shards[0].primary.id == owner)
        #expect(
            TopologyChoice.best(of: views + [Self.view("last", isOK: false, epoch: 1)])?.shards[0].primary.id == owner)
    }

    @Test func `of none there is no best`() {
        #expect(TopologyChoice.best(of: []) == nil)
    }

    @Test(
        arguments: [
            ([], false), ([view("a")], false), ([view("a"), view("a", epoch: 6)], false),
            ([view("a"), view("b")], true),
            ([view("a"), view("a", slots: 5)], true), ([view("a"), view("a", isOK: false)], true),
            ([view("a"), view("a"), view("b")], true),
        ] as [([ClusterTopology], Bool)])
    func `another node is asked where they see other owners`(views: [ClusterTopology], differ: Bool) {
        #expect(TopologyChoice.differ(views) == differ)
    }

    @Test func `where a node is and what replicas it has makes no difference`() {
        let (here, there) = (Node(id: "a", address: .tcp(host: "h", port: 1)), Node(id: "a", address: nil))
        let one = ClusterTopology(
            shards: [ClusterTopology.Shard(primary: here, replicas: [Node(id: "b", address: nil)], ranges: [0...1])],
            isOK: true, epoch: 1)
        let other = ClusterTopology(
            shards: [ClusterTopology.Shard(primary: there, ranges: [0...1])], isOK: true, epoch: 1)
        #expect(one.hasSameOwners(as: other))
        #expect(one != other)
    }
}
