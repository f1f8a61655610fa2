import CachetoryRedis
import Testing

@Suite struct PoolStateTests {
    /// A pool with these connections open.
    private func pool(
        _ members: FakeMember..., maxConnections: Int = 8, maxInFlight: Int = 1024
    ) -> PoolState<FakeMember> {
        var pool = PoolState<FakeMember>(maxConnections: maxConnections, maxInFlight: maxInFlight)
        for member in members {
            pool.startOpening()
            pool.finishOpening(member)
        }
        return pool
    }

    // MARK: - Shared leases

    @Test func `an empty pool has nothing to give`() {
        var pool = pool()
        #expect(pool.isEmpty)
        #expect(pool.take(.shared, at: .now) == nil)
        #expect(pool.take(.exclusive, at: .now) == nil)
    }

    @Test func `one connection is shared as long as it suffices, though others have less to do`() {
        let (first, second) = (FakeMember("first", load: 40), FakeMember("second", load: 24))
        var pool = pool(first, second)
        #expect(pool.take(.shared, at: .now) === first)
        #expect(pool.tryTake(at: .now) === first)
    }

    @Test(arguments: [
        ([64, 0, 0], "a"), ([65, 0, 0], "b"), ([33, 32, 0], "b"), ([512, 512, 0], "a"), ([513, 512, 0], "c"),
    ])
    func `of as many as the load takes, the least loaded one is shared`(loads: [Int], name: String) {
        let members = zip("abc", loads).map { FakeMember("\($0)", load: $1) }
        var pool = pool(members[0], members[1], members[2])
        #expect(pool.take(.shared, at: .now)?.name == name)
        #expect(pool.tryTake(at: .now)?.name == name)
    }

    @Test func `those in use are shared on for a while when there is less to do, and then fewer`() {
        let (first, second) = (FakeMember("first", load: 50), FakeMember("second", load: 49))
        var pool = pool(first, second)
        let start = Timestamp(nanoseconds: 1)
        let later = start + SlidingWindowMaximum.memory
        #expect(pool.take(.shared, at: start) === second)
        (first.load, second.load) = (2, 1)
        #expect(pool.take(.shared, at: start + 1) === second)
        #expect(pool.take(.shared, at: later) === second)
        #expect(pool.take(.shared, at: later + SlidingWindowMaximum.memory) === first)
    }

    @Test func `nobody waits behind something large while there is another connection`() {
        let (first, second) = (FakeMember("first"), FakeMember("second", load: 30))
        first.isOccupied = true
        var pool = pool(first, second)
        #expect(pool.take(.shared, at: .now) === second)
        #expect(pool.tryTake(at: .now) === second)
        first.isOccupied = false
        #expect(pool.tryTake(at: .now) === first)
    }

    @Test func `where something large is under way everywhere, callers wait for another connection, if possible`() {
        let member = FakeMember("only")
        member.isOccupied = true
        var growing = pool(member)
        #expect(growing.take(.shared, at: .now) == nil)
        #expect(growing.tryTake(at: .now) == nil)
        #expect(growing.shouldOpen(waiting: 0))
        #expect(growing.take(.shared, at: .now, waitsForOpening: false) === member)
        growing.startOpening()
        #expect(growing.tryTake(at: .now) == nil)
        var full = pool(member, maxConnections: 1)
        #expect(full.take(.shared, at: .now) === member)
        #expect(full.tryTake(at: .now) === member)
    }

    @Test(arguments: [RequestWeight(size: LargeRequests.aloneSize), RequestWeight(expectsLargeReply: true)])
    func `a request that others would wait for gets the least loaded connection, and leaves one`(heavy: RequestWeight) {
        let members = [FakeMember("a", load: 2), FakeMember("b", load: 1), FakeMember("c", load: 0)]
        var pool = pool(members[0], members[1], members[2], maxConnections: 3)
        for name in ["c", "b"] {
            let member = pool.tryTake(at: .now, heavy)
            #expect(member?.name == name)
            member?.isOccupied = true
        }
        // The first is what small calls have.
        #expect(pool.tryTake(at: .now, heavy)?.name == "c")
        #expect(pool.tryTake(at: .now, RequestWeight(size: LargeRequests.aloneSize - 1))?.name == "a")
    }

    @Test func `large requests go side by side over more connections`() {
        let members = [FakeMember("a", load: 1), FakeMember("b", load: 1), FakeMember("c", load: 0)]
        for member in members.prefix(2) { member.largeBytes = LargeRequests.connectionShare }
        var pool = pool(members[0], members[1], members[2])
        #expect(pool.take(.shared, at: .now)?.name == "c")
    }

    @Test func `a connection that has its limit in flight is passed over`() {
        let (first, second) = (FakeMember("first", load: 10), FakeMember("second", load: 9))
        var pool = pool(first, second, maxInFlight: 10)
        #expect(pool.take(.shared, at: .now) === second)
        second.load = 10
        #expect(pool.take(.shared, at: .now) == nil)
    }

    @Test func `at the limit in flight nothing is given`() {
        let member = FakeMember("a", load: 9)
        var pool = pool(member, maxInFlight: 10)
        #expect(pool.take(.shared, at: .now) === member)
        member.load = 10
        #expect(pool.take(.shared, at: .now) == nil)
    }

    @Test func `a silent connection is not given, and is again when it answers`() {
        let (silent, other) = (FakeMember("silent", isAvailable: false), FakeMember("other", load: 5))
        var pool = pool(silent, other)
        #expect(pool.take(.shared, at: .now) === other)
        other.isAvailable = false
        #expect(pool.take(.shared, at: .now) == nil)
        silent.isAvailable = true
        #expect(pool.take(.shared, at: .now) === silent)
    }

    @Test func `a removed connection is not given`() {
        let (gone, other) = (FakeMember("gone"), FakeMember("other", load: 5))
        var pool = pool(gone, other)
        pool.remove(gone)
        #expect(pool.take(.shared, at: .now) === other)
        #expect(pool.members.map(\.name) == ["other"])
    }

    // MARK: - Exclusive leases

    @Test func `an exclusive caller gets an idle connection, which then is nobody else's`() {
        let (busy, idle) = (FakeMember("busy", load: 1), FakeMember("idle"))
        var pool = pool(busy, idle)
        #expect(pool.take(.exclusive, at: .now) === idle)
        #expect(pool.take(.exclusive, at: .now) == nil)
        #expect(pool.take(.shared, at: .now) === busy)
        busy.load = 1024
        #expect(pool.take(.shared, at: .now) == nil)
        pool.giveBack(idle)
        #expect(pool.take(.shared, at: .now) === idle)
    }

    @Test func `under load the least loaded connection gets idle for an exclusive caller`() {
        let (busy, busier) = (FakeMember("busy", load: 1), FakeMember("busier", load: 2))
        var pool = pool(busy, busier)
        #expect(pool.take(.exclusive, at: .now) == nil)
        pool.drainForExclusive(true)
        #expect(pool.take(.shared, at: .now) === busier)
        pool.drainForExclusive(true)
        #expect(pool.take(.shared, at: .now) === busier)
        busy.load = 0
        #expect(pool.take(.shared, at: .now) === busier)
        #expect(pool.take(.exclusive, at: .now) === busy)
    }

    @Test func `a connection gets idle for nobody when the exclusive caller has gone`() {
        let (busy, busier) = (FakeMember("busy", load: 1), FakeMember("busier", load: 2))
        var pool = pool(busy, busier)
        pool.drainForExclusive(true)
        pool.drainForExclusive(false)
        #expect(pool.take(.shared, at: .now) === busy)
    }

    @Test func `another connection gets idle when the first one falls silent`() {
        let (busy, busier) = (FakeMember("busy", load: 1), FakeMember("busier", load: 2))
        var pool = pool(busy, busier)
        pool.drainForExclusive(true)
        busy.isAvailable = false
        pool.drainForExclusive(true)
        busier.load = 0
        #expect(pool.take(.exclusive, at: .now) === busier)
    }

    @Test func `with a limit of one in flight no connection is shared`() {
        let (first, second) = (FakeMember("first"), FakeMember("second"))
        var pool = pool(first, second, maxInFlight: 1)
        pool.take(.shared, at: .now)?.load += 1
        pool.take(.shared, at: .now)?.load += 1
        #expect([first.load, second.load] == [1, 1])
        #expect(pool.take(.shared, at: .now) == nil)
    }

    // MARK: - Opening

    @Test func `the first connection is opened alone`() {
        var pool = pool()
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.shouldOpen(waiting: 2))
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 2))
        pool.finishOpening(nil)
        #expect(pool.shouldOpen(waiting: 2))
    }

    @Test(arguments: [(connections: 1, depth: 64), (2, 512), (3, 4096)])
    func `another is opened only when those that are open are past the target depth`(connections: Int, depth: Int) {
        let first = FakeMember("first")
        var pool = pool(first)
        for number in 1..<connections {
            pool.startOpening()
            pool.finishOpening(FakeMember("\(number)", load: depth))
        }
        first.load = depth
        #expect(!pool.shouldOpen(waiting: 0))
        first.load += 1
        #expect(pool.shouldOpen(waiting: 0))
    }

    @Test func `another is opened for many bytes as well`() {
        let member = FakeMember("first", load: 2)
        var pool = pool(member)
        member.largeBytes = LargeRequests.connectionShare - 1
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.tryTake(at: .now) === member)
        member.largeBytes += 1
        #expect(pool.shouldOpen(waiting: 0))
        #expect(pool.tryTake(at: .now) == nil)
        #expect(pool.take(.shared, at: .now) === member)
    }

    @Test func `a connection that one caller has alone does not count for the others`() {
        let (lent, shared) = (FakeMember("lent"), FakeMember("shared", load: 65))
        var pool = pool(lent, shared)
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.take(.exclusive, at: .now) === lent)
        #expect(pool.shouldOpen(waiting: 0))
    }

    @Test(arguments: [0, 1, 8, 1000, Int.max])
    func `a target depth is a number for any number of connections`(connections: Int) {
        #expect(PoolState<FakeMember>.targetDepth(connections: connections) >= 64)
    }

    @Test func `one at a time is opened in advance, two for those who wait`() {
        let member = FakeMember("a", load: 65)
        var pool = pool(member)
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 0))
        #expect(pool.shouldOpen(waiting: 2))
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 2))
    }

    @Test func `one who waits has one opened, not another one while that is under way`() {
        var pool = pool(FakeMember("silent"))
        #expect(pool.shouldOpen(waiting: 1))
        pool.startOpening()
        #expect(!pool.shouldOpen(waiting: 1))
        #expect(pool.shouldOpen(waiting: 2))
    }

    @Test func `there are never more than the limit, those under way counted`() {
        var pool = pool(FakeMember("a", load: .max), maxConnections: 2)
        #expect(pool.shouldOpen(waiting: 2))
        pool.startOpening()
        #expect(pool.opening == 1)
        #expect(!pool.shouldOpen(waiting: 2))
        pool.finishOpening(FakeMember("b", load: .max))
        #expect(!pool.shouldOpen(waiting: 2))
        pool.remove(pool.members[0])
        #expect(pool.shouldOpen(waiting: 2))
    }
}
