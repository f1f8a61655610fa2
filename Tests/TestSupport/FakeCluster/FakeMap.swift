/// Which shard has which slots, and which nodes a shard has.
struct FakeMap: Sendable {
    /// The shard of each slot; ``nobody`` for a slot that nobody has.
    private(set) var owners: [UInt16]
    static let nobody = UInt16.max

    /// The nodes of each shard, the primary first. Empty once it is removed.
    private(set) var shards: [[Int]]

    private(set) var epoch: Int

    /// Whether each slot is told of on its own, rather than runs of slots.
    let isFragmented: Bool

    /// Another one after each change. An epoch may be set to one that was there before.
    private(set) var version = 0

    init(shards: [[Int]], layout: FakeCluster.Layout) {
        self.shards = shards
        isFragmented = layout == .fragmented
        epoch = shards.count
        owners = (0..<KeySlot.count).map { slot in
            UInt16(layout == .fragmented ? slot % shards.count : slot * shards.count / KeySlot.count)
        }
    }

    func shard(ofSlot slot: Int) -> Int? {
        owners[slot] == Self.nobody ? nil : Int(owners[slot])
    }

    func shard(ofNode node: Int) -> Int? {
        shards.firstIndex { $0.contains(node) }
    }

    func primary(ofSlot slot: Int) -> Int? {
        shard(ofSlot: slot).flatMap { shards[$0].first }
    }

    /// The runs of slots that have the same owner, without those of nobody.
    var ranges: [(slots: ClosedRange<Int>, shard: Int)] {
        var ranges: [(slots: ClosedRange<Int>, shard: Int)] = []
        for (slot, owner) in owners.enumerated() where owner != Self.nobody {
            if !isFragmented, let last = ranges.last, last.shard == Int(owner), last.slots.upperBound == slot - 1 {
                ranges[ranges.count - 1].slots = last.slots.lowerBound...slot
            } else {
                ranges.append((slot...slot, Int(owner)))
            }
        }
        return ranges
    }

    mutating func setOwner(of slots: some Sequence<Int>, to shard: Int?) {
        for slot in slots { owners[slot] = shard.map { UInt16($0) } ?? Self.nobody }
        change()
    }

    mutating func promote(_ node: Int) {
        guard let shard = shard(ofNode: node) else { return }
        shards[shard] = [node] + shards[shard].filter { $0 != node }
        change()
    }

    mutating func append(_ nodes: [Int]) {
        shards.append(nodes)
        change()
    }

    /// Takes a node out; its shard has to have others, or no slots.
    mutating func remove(_ node: Int) {
        for shard in shards.indices { shards[shard].removeAll { $0 == node } }
        change()
    }

    mutating func setEpoch(_ epoch: Int) { (self.epoch, version) = (epoch, version + 1) }

    private mutating func change() { setEpoch(epoch + 1) }
}
