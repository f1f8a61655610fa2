import CachetoryRESP
import Testing

@testable import CachetoryRedis

@Suite(.timeLimit(.minutes(1))) struct ClusterMapTests {
    private typealias Map = ClusterMap<FakePool>

    /// Longer than the connections of a node without slots are kept.
    private static let retirement = Map.retirementTime + .milliseconds(100)

    private let refused = RedisCallError.connectFailed(address: "node:1", reason: "Connection refused")

    /// Two shards, the first one with a replica.
    private let fixture = MapFixture((1, [4], [0...99]), (2, [], [100...16_383]))
    private var map: Map { fixture.map }

    // MARK: What counts

    @Test func `a refresh says who has which slot`() {
        #expect([0, 99, 100].map(fixture.owner) == [1, 1, 2])
        #expect(map.routes.version == 1)
        fixture.apply((1, [4], [0...49]), (2, [], [50...16_383]))
        #expect([49, 50].map(fixture.owner) == [1, 2])
        #expect(map.routes.version == 2)
    }

    @Test func `a refresh that finds nothing new changes nothing`() {
        fixture.apply((1, [4], [0...99]), (2, [], [100...16_383]))
        #expect(map.routes.version == 1)
        // Once a redirect has said something else, the same is news.
        fixture.move(0, to: 2, by: 1)
        fixture.apply((1, [4], [0...99]), (2, [], [100...16_383]))
        #expect(map.routes.version == 3)
        #expect(fixture.owner(of: 0) == 1)
    }

    @Test func `a node that has just been started, and knows nobody, is not believed`() {
        map.apply(MapFixture.topology([]), begun: .now)
        #expect(fixture.owner(of: 0) == 1)
    }

    @Test func `what nodes say that have not heard the news undoes none`() {
        let (old, new): ([MapFixture.Shard], [MapFixture.Shard]) = (
            [(1, [4], [0...99]), (2, [], [100...16_383])], [(4, [1], [0...99]), (2, [], [100...16_383])]
        )
        map.apply(MapFixture.topology(new, epoch: 2), begun: .now)
        map.apply(MapFixture.topology(old, epoch: 1), begun: .now)
        #expect(fixture.owner(of: 0) == 4)
        fixture.move(0, to: 2, by: 4)
        map.apply(MapFixture.topology(old, epoch: 1), begun: .now)
        #expect([0, 1].map(fixture.owner) == [2, 4])
        // Of two who know as much, the last one counts.
        map.apply(MapFixture.topology(old, epoch: 2), begun: .now)
        #expect(fixture.owner(of: 0) == 1)
    }

    @Test func `a cluster that takes commands counts more than the news of one that does not`() {
        map.apply(MapFixture.topology([(4, [1], [0...16_383])], epoch: 7, isOK: false), begun: .now)
        #expect(fixture.owner(of: 100) == 4)
        map.apply(MapFixture.topology([(1, [4], [0...99]), (2, [], [100...16_383])], epoch: 1), begun: .now)
        #expect(fixture.owner(of: 100) == 2)
    }

    @Test func `another cluster at the same addresses begins with a lower epoch`() {
        map.apply(MapFixture.topology([(1, [4], [0...16_383])], epoch: 7), begun: .now)
        let other = ClusterTopology.Node(id: "other", address: MapFixture.address(2))
        map.apply(
            ClusterTopology(shards: [.init(primary: other, ranges: [0...16_383])], isOK: true, epoch: 1), begun: .now)
        #expect(fixture.owner(of: 0) == 2)
    }

    @Test func `a MOVED counts at once, for its slot`() {
        fixture.move(7, to: 2, by: 1)
        #expect([6, 7, 8].map(fixture.owner) == [1, 2, 1])
    }

    @Test func `a MOVED to the shard's own replica counts for the whole shard, but for what has moved away`() {
        fixture.move(7, to: 2, by: 1)
        fixture.move(50, to: 4, by: 1)
        #expect([0, 6, 7, 8, 99, 100].map(fixture.owner) == [4, 4, 2, 4, 4, 2])
        #expect(Set(map.routes.ports) == [2, 4])
    }

    @Test func `a MOVED outlives a refresh that began before it, and no other one`() {
        let before = Timestamp.now
        fixture.move(7, to: 2, by: 1)
        fixture.apply((1, [4], [0...99]), (2, [], [100...16_383]), begun: before)
        #expect([6, 7].map(fixture.owner) == [1, 2])
        // It has other news, which hold.
        fixture.apply((1, [4], [0...49]), (2, [], [50...16_383]), begun: before)
        #expect([7, 49, 50].map(fixture.owner) == [2, 1, 2])
        fixture.apply((1, [4], [0...49]), (2, [], [50...16_383]), begun: .now)
        #expect(fixture.owner(of: 7) == 1)
    }

    @Test func `moves to several nodes outlive an older refresh together`() {
        let before = Timestamp.now
        fixture.move(7, to: 2, by: 1)
        fixture.move(8, to: 3, by: 1)
        fixture.move(200, to: 1, by: 2)
        fixture.apply((1, [4], [0...99]), (2, [], [100...16_383]), begun: before)
        #expect([6, 7, 8, 199, 200].map(fixture.owner) == [1, 2, 3, 2, 1])
        #expect(map.routes.ports.sorted() == [1, 2, 3])
    }

    // MARK: Connections

    @Test func `a MOVED that many callers get replaces no connections`() {
        let pool = fixture.pool(of: 100)
        for _ in 0..<10 { fixture.move(7, to: 2, by: 1) }
        #expect(fixture.pool(of: 100) === pool)
        #expect(map.routes.version == 2)
        #expect(pool?.retirement == nil)
    }

    @Test func `a node that names itself gets other connections, once in a second`() async throws {
        let (pool, other) = (fixture.pool(of: 7), fixture.pool(of: 100))
        fixture.move(7, to: 1, by: 1)
        #expect(fixture.pool(of: 7) === pool)
        let isReplaced = try await eventually {
            fixture.move(7, to: 1, by: 1)
            return fixture.pool(of: 7) !== pool
        }
        #expect(isReplaced)
        #expect(pool?.retirement != nil)
        #expect(fixture.pool(of: 7)?.retirement == nil)
        let replacement = fixture.pool(of: 7)
        fixture.move(7, to: 1, by: 1)
        #expect(fixture.pool(of: 7) === replacement)
        #expect(fixture.pool(of: 100) === other)
        _ = map.tick(at: .now + Self.retirement)
        #expect(pool?.closings == 1 && replacement?.closings == 0)
    }

    @Test func `nobody waits for connections to a node that has lost its slots, and they are closed in the end`() {
        let (lost, kept) = (fixture.pool(of: 0), fixture.pool(of: 100))
        #expect(map.tick(at: .now) == .distantFuture)
        let start = Timestamp.now
        fixture.apply((2, [], [0...16_383]))
        #expect(lost?.retirement?.outcome == .notExecuted)
        #expect(kept?.retirement == nil)
        let next = map.tick(at: .now)
        #expect((start + Map.retirementTime...Timestamp.now + Map.retirementTime).contains(next))
        _ = map.tick(at: start + (Map.retirementTime - .milliseconds(1)))
        #expect(lost?.closings == 0)
        #expect(map.tick(at: next) == .distantFuture)
        #expect(lost?.closings == 1)
        // Should it come again, it is another one.
        fixture.apply((1, [], [0...99]), (2, [], [100...16_383]))
        #expect(fixture.pool(of: 0) !== lost)
        #expect(kept?.closings == 0)
    }

    @Test func `a node that gets slots again in time keeps its connections`() {
        let pool = fixture.pool(of: 0)
        fixture.apply((2, [], [0...16_383]))
        fixture.move(5, to: 1, by: 2)
        #expect(pool?.retirement == nil)
        #expect(map.tick(at: .now + Self.retirement) == .distantFuture)
        #expect(fixture.pool(of: 5) === pool)
        #expect(pool?.closings == 0)
    }

    @Test func `a node that is named by ASK has connections for as long as that goes on`() throws {
        let pool = fixture.node(at: 9).pool
        let first = map.tick(at: .now)
        #expect(try map.importingNode(at: MapFixture.address(9)).pool === pool)
        let second = map.tick(at: .now)
        #expect(first < second && second < .distantFuture)
        _ = map.tick(at: first)
        #expect(pool.closings == 0)
        _ = map.tick(at: second)
        #expect(pool.closings == 1)
    }

    @Test func `a node that has lost its slots serves those who are sent there by ASK`() throws {
        let pool = fixture.pool(of: 0)
        fixture.apply((2, [], [0...16_383]))
        #expect(pool?.retirement != nil)
        #expect(try map.importingNode(at: MapFixture.address(1)).pool === pool)
        #expect(pool?.retirement == nil)
    }

    // MARK: Waiting

    @Test func `a change ends the waits for it, and no others`() {
        let ends = Counter()
        for version in 1...3 as ClosedRange<UInt64> {
            #expect(map.wait(for: .change(since: version), until: .distantFuture) { ends.add() })
        }
        #expect(!map.wait(for: .change(since: 0), until: .distantFuture) { ends.add() })
        #expect(ends.count == 0)
        fixture.move(0, to: 2, by: 1)
        #expect(ends.count == 1)
        fixture.move(0, to: 1, by: 2)
        fixture.move(0, to: 2, by: 1)
        #expect(ends.count == 3)
    }

    @Test func `a refresh ends the waits for one that began later, whatever it found`() {
        let (ends, start) = (Counter(), Timestamp.now)
        #expect(map.wait(for: .refresh(after: start), until: .distantFuture) { ends.add() })
        fixture.apply((1, [4], [0...99]), (2, [], [100...16_383]), begun: start)
        #expect(ends.count == 0)
        fixture.apply((1, [4], [0...99]), (2, [], [100...16_383]), begun: start + 1)
        #expect(ends.count == 1)
        #expect(!map.wait(for: .refresh(after: start), until: .distantFuture) { ends.add() })
        #expect(map.wait(for: .refresh(after: start + 1), until: .distantFuture) { ends.add() })
        map.noteFailure(refused, begun: start + 2)
        #expect(ends.count == 2)
    }

    @Test func `a wait ends at its deadline`() {
        let (ends, now) = (Counter(), Timestamp.now)
        for time in 1...3 as ClosedRange<Int64> {
            #expect(map.wait(for: .change(since: 1), until: now + .seconds(time)) { ends.add() })
        }
        #expect(map.tick(at: now) == now + .seconds(1))
        #expect(ends.count == 0)
        #expect(map.tick(at: now + .seconds(2)) == now + .seconds(3))
        #expect(ends.count == 2)
        #expect(map.tick(at: now + .seconds(3)) == .distantFuture)
        #expect(ends.count == 3)
    }

    @Test func `without any map a failed refresh ends all waits, for there may be no hope`() {
        let (empty, ends) = (MapFixture().map, Counter())
        #expect(empty.wait(for: .change(since: 0), until: .distantFuture) { ends.add() })
        #expect(map.wait(for: .change(since: 1), until: .distantFuture) { Issue.record("there is a map") })
        for map in [empty, map] { map.noteFailure(refused, begun: .now) }
        #expect(ends.count == 1)
    }

    @Test func `the end of the client ends all waits, and nothing changes afterwards`() throws {
        let ends = Counter()
        let nodes = Set(map.routes.ports)
        #expect(map.wait(for: .change(since: 1), until: .distantFuture) { ends.add() })
        #expect(throws: Never.self) { try map.checkOpen() }
        #expect(Set(try #require(map.close()).compactMap(\.address.port)) == nodes)
        #expect(ends.count == 1)
        #expect(map.close() == nil)
        #expect(!map.wait(for: .change(since: 1), until: .distantFuture) { ends.add() })
        #expect(throws: RedisCallError.closed) { try map.checkOpen() }
        fixture.apply((1, [], [0...16_383]))
        #expect(map.routes.nodes.isEmpty)
        #expect(throws: RedisCallError.closed) { try map.importingNode(at: MapFixture.address(1)) }
    }

    @Test func `nodes without slots are closed with the client`() throws {
        fixture.apply((2, [], [0...16_383]))
        _ = fixture.node(at: 9)
        #expect(Set(try #require(map.close()).compactMap(\.address.port)) == [1, 2, 9])
    }

    // MARK: How long there is hope

    @Test func `the first map is waited for until a round has failed, and for a second from then on`() {
        let map = MapFixture().map
        let start = Timestamp.now
        #expect(map.patience(for: nil, from: start) == .distantFuture)
        let silence = RedisClusterError.Failure(node: "node:1", slot: nil, .timedOut(.notExecuted))
        #expect(
            map.reasonWithoutNode(for: MapFixture.slot(0))
                == .cluster(RedisClusterError(.noNodeAnswered, failures: [silence], parts: 1)))
        map.noteFailure(refused, begun: start)
        map.noteFailure(refused, begun: start + .milliseconds(500))
        #expect(map.patience(for: nil, from: start + .seconds(5)) == start + ConnectCircuitBreaker.patience)
        #expect(map.reasonWithoutNode(for: MapFixture.slot(0)) == refused)
    }

    @Test func `what only somebody can change is not waited for`() {
        let map = MapFixture().map
        let start = Timestamp.now
        let error = RedisCallError.handshakeRefused(
            address: "node:1", RESPServerError(code: "WRONGPASS", message: "no"))
        map.noteFailure(error, begun: start)
        #expect(map.patience(for: nil, from: start + .seconds(5)) <= start)
        #expect(map.reasonWithoutNode(for: nil) == error)
    }

    @Test func `an owner of a slot is waited for from when there was none`() {
        let start = Timestamp.now
        fixture.apply((2, [], [100...16_383]))
        let end = map.patience(for: MapFixture.slot(0), from: .distantFuture)
        #expect(start + ConnectCircuitBreaker.patience <= end && end <= .now + ConnectCircuitBreaker.patience)
        fixture.apply((2, [], [101...16_383]))
        #expect(map.patience(for: MapFixture.slot(0), from: .distantFuture) == end)
        #expect(
            map.reasonWithoutNode(for: MapFixture.slot(0)) == .cluster(RedisClusterError(.slotNotServed(0))))
        // All have owners, and then one has none again.
        fixture.apply((2, [], [0...16_383]))
        fixture.apply((2, [], [100...16_383]))
        #expect(map.patience(for: MapFixture.slot(0), from: .distantFuture) > end)
    }

    @Test func `a node that cannot be reached is waited for from its first failure`() throws {
        let node = try #require(map.routes.node(of: MapFixture.slot(0)))
        #expect(node.health.failingSince == nil)
        node.health.connectEnded(refused)
        let since = try #require(node.health.failingSince)
        node.health.connectEnded(refused)
        #expect(node.health.failingSince == since)
        #expect(
            map.patience(for: MapFixture.slot(0), from: .distantFuture) == since + ConnectCircuitBreaker.patience)
        #expect(map.patience(for: MapFixture.slot(100), from: since) == since + ConnectCircuitBreaker.patience)
        node.health.connectEnded(nil)
        #expect(node.health.failingSince == nil)
    }
}
