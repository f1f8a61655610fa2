import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RefreshCandidatesTests {
    typealias Address = RedisClientConfiguration.Address

    private static func primary(_ number: Int) -> Address { .tcp(host: "p", port: number + 1) }
    private static func replica(_ number: Int) -> Address { .tcp(host: "r", port: number + 1) }

    private static let seeds = [Address.tcp(host: "s", port: 1), .tcp(host: "s", port: 2), .tcp(host: "s", port: 3)]

    private static func topology(_ shards: Int) -> ClusterTopology {
        ClusterTopology(
            shards: (0..<shards).map { number in
                ClusterTopology.Shard(
                    primary: ClusterTopology.Node(id: "p\(number)", address: primary(number)),
                    replicas: [ClusterTopology.Node(id: "r\(number)", address: replica(number))],
                    ranges: [number...number])
            }, isOK: true, epoch: 1)
    }

    private static func candidates(
        _ shards: Int, failed: Address? = nil, silent: Int = 0, isIdle: Bool = false, seed: UInt64
    ) -> RefreshCandidates {
        var random = SeededGenerator(seed: seed)
        return RefreshCandidates(
            of: topology(shards), seeds: seeds, failed: failed, silentRounds: silent, isIdle: isIdle, using: &random)
    }

    @Test func `two primaries are asked, and a third one if they differ`() {
        for seed in UInt64(1)...100 {
            let candidates = Self.candidates(5, seed: seed)
            let all = candidates.addresses + [candidates.third].compactMap(\.self)
            #expect(candidates.addresses.count == 2)
            #expect(Set(all).count == 3)
            #expect(Set(all).isSubset(of: (0..<5).map(Self.primary)))
            #expect(!candidates.areSeeds)
        }
    }

    @Test func `each primary is asked as often as any other`() {
        var counts: [Address: Int] = [:]
        for seed in UInt64(1)...5_000 {
            for address in Self.candidates(10, seed: seed).addresses { counts[address, default: 0] += 1 }
        }
        #expect(counts.count == 10)
        #expect(counts.values.allSatisfy { (850...1_150).contains($0) }, "\(counts)")
    }

    @Test func `a replica of the node that failed is asked first, beside a primary, and never that node`() {
        for seed in UInt64(1)...100 {
            let candidates = Self.candidates(3, failed: Self.primary(1), seed: seed)
            #expect(candidates.addresses.first == Self.replica(1))
            let others = candidates.addresses.dropFirst() + [candidates.third].compactMap(\.self)
            #expect(Set(others) == [Self.primary(0), Self.primary(2)])
        }
    }

    @Test func `of a replica that failed the primary knows`() {
        #expect(Self.candidates(3, failed: Self.replica(1), seed: 1).addresses.first == Self.primary(1))
    }

    @Test func `a node that nobody knows makes no difference`() {
        #expect(Self.candidates(3, failed: .tcp(host: "x", port: 1), seed: 1) == Self.candidates(3, seed: 1))
    }

    @Test func `without a trigger one is asked`() {
        let candidates = Self.candidates(3, isIdle: true, seed: 1)
        #expect(candidates.addresses.count == 1)
        #expect(candidates.third != nil)
    }

    @Test(arguments: [(1, 1, false), (2, 2, false), (3, 2, true)])
    func `few nodes are asked as far as there are some`(shards: Int, asked: Int, hasThird: Bool) {
        for seed in UInt64(1)...20 {
            let candidates = Self.candidates(shards, seed: seed)
            #expect(candidates.addresses.count == asked)
            #expect((candidates.third != nil) == hasThird)
            #expect(Set(candidates.addresses).count == asked)
        }
    }

    @Test func `after two silent rounds the seeds are asked, and where nothing is known`() {
        #expect(!Self.candidates(3, silent: 1, seed: 1).areSeeds)
        var random = SeededGenerator(seed: 1)
        var nothing = [Self.candidates(3, silent: 2, seed: 1), Self.candidates(0, seed: 1)]
        nothing.append(RefreshCandidates(of: nil, seeds: Self.seeds, using: &random))
        // The only one there was.
        let alone = ClusterTopology(
            shards: [.init(primary: .init(id: "a", address: Self.primary(0)), ranges: [0...1])], isOK: true, epoch: 1)
        nothing.append(RefreshCandidates(of: alone, seeds: Self.seeds, failed: Self.primary(0), using: &random))
        // Nowhere.
        let unknown = ClusterTopology(
            shards: [.init(primary: .init(id: "a", address: nil), ranges: [0...1])], isOK: true, epoch: 1)
        nothing.append(RefreshCandidates(of: unknown, seeds: Self.seeds, using: &random))
        for candidates in nothing {
            #expect(candidates.areSeeds)
            #expect(Set(candidates.addresses) == Set(Self.seeds))
            #expect(candidates.third == nil)
        }
    }

    @Test func `seeds are asked in any order`() {
        let first = Set((UInt64(1)...50).map { Self.candidates(3, silent: 2, seed: $0).addresses[0] })
        #expect(first == Set(Self.seeds))
    }
}
