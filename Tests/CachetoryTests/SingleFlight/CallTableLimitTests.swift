import Testing

@testable import Cachetory

/// Calls that outlive their waiters, and calls that are given up, in the table alone.
@Suite struct CallTableLimitTests {
    private struct Late: Error {}

    private var table = CallTable<Int, String>()
    private let a = CacheKey("a")
    private let b = CacheKey("b")
    private let c = CacheKey("c")

    private mutating func begin(
        _ keys: [CacheKey], isKept: Bool = false, until deadline: ContinuousClock.Instant? = nil
    ) throws -> CallTable<Int, String>.NewCall {
        let joined = table.join(keys, since: table.mark, isKept: isKept, until: deadline)
        return try #require(joined.newCall)
    }

    private mutating func giveUp(_ call: CallTable<Int, String>.NewCall) throws -> CallTable<Int, String>.GivenUp {
        let ended = table.giveUp(call.call, Late())
        return try #require(ended)
    }

    private mutating func start(_ newCall: CallTable<Int, String>.NewCall) -> Task<Void, Never> {
        let task = Task {}
        if table.noteTask(newCall.call, task: task) != nil { Issue.record("the task is not left alone") }
        return task
    }

    // MARK: - Kept calls

    @Test mutating func `a kept call goes on when nobody waits for it`() throws {
        let first = try begin([a, b], isKept: true)
        _ = start(first)
        #expect(table.wait("signal", in: first.waiter) == false)
        let left = table.leave([first.waiter])
        #expect(left.signals == ["signal"])
        #expect(left.tasks.isEmpty)
        #expect(table.waiters == 0)
        #expect(table.underWay == 1)
        #expect(table.isUnderWay(first.call))
        #expect(table.unclaimed([a, b, c]) == [c])

        #expect(table.beginStoring(first.call, [a, b]) == [a, b])
        #expect(table.finish(first.call, .success([a: 1, b: 2])).isEmpty)
        #expect(table.underWay == 0)
        #expect(!table.isUnderWay(first.call))
        #expect(table.unclaimed([a, b]) == [a, b])
        #expect(table.overtake([a]).isEmpty)
    }

    @Test mutating func `a kept call that nobody waits for is joined`() throws {
        let first = try begin([a], isKept: true)
        _ = table.leave([first.waiter])
        // A caller who keeps nothing does not end it either.
        let passing = table.join([a], since: table.mark)
        #expect(passing.newCall?.keys == nil)
        _ = table.leave(passing.waiters)
        let second = table.join([a], since: table.mark)
        let waiter = try #require(second.waiters.first)
        #expect(table.wait("signal", in: waiter) == false)
        #expect(table.finish(first.call, .success([a: 1])) == ["signal"])
        #expect(try table.outcome(for: waiter).get() == [a: 1])
        #expect(table.waiters == 0)
    }

    @Test mutating func `a call that is not kept ends with its last waiter`() throws {
        let first = try begin([a])
        let task = start(first)
        let second = table.join([a], since: table.mark)
        #expect(table.leave([first.waiter]).tasks.isEmpty)
        #expect(table.leave(second.waiters).tasks == [task])
        #expect(table.unclaimed([a]) == [a])
        #expect(table.underWay == 0)
    }

    @Test mutating func `an overtaken kept call goes on and stores nothing`() throws {
        let first = try begin([a], isKept: true)
        _ = table.leave([first.waiter])
        #expect(table.overtake([a]).isEmpty)
        #expect(table.unclaimed([a]) == [a])
        #expect(table.underWay == 1)
        #expect(table.beginStoring(first.call, [a]).isEmpty)
        #expect(table.finish(first.call, .success([a: 1])).isEmpty)
        #expect(table.underWay == 0)
    }

    // MARK: - Giving up

    @Test mutating func `a call that is given up frees its keys and tells its waiters`() throws {
        let first = try begin([a, b])
        let task = start(first)
        let follower = try #require(table.join([b], since: table.mark).waiters.first)
        #expect(table.wait("leader", in: first.waiter) == false)
        #expect(table.wait("follower", in: follower) == false)

        let ended = try giveUp(first)
        #expect(ended.keys == [a, b])
        #expect(ended.signals.sorted() == ["follower", "leader"])
        #expect(ended.task == task)
        #expect(ended.computation === first.waiter.computation)
        #expect(!table.isUnderWay(first.call))
        #expect(table.underWay == 0)
        #expect(table.unclaimed([a, b]) == [a, b])
        for waiter in [first.waiter, follower] {
            #expect(throws: Late.self) { try table.outcome(for: waiter).get() }
        }
        #expect(table.waiters == 0)
    }

    @Test mutating func `what a call does after it was given up has no effect`() throws {
        let first = try begin([a])
        _ = try giveUp(first)
        let second = try begin([a])
        #expect(table.beginStoring(first.call, [a]).isEmpty)
        #expect(table.finish(first.call, .success([a: 1])).isEmpty)
        #expect(table.giveUp(first.call, Late())?.keys == nil)
        #expect(table.underWay == 1)
        #expect(table.unclaimed([a]).isEmpty)
        #expect(throws: Late.self) { try table.outcome(for: first.waiter).get() }
        // The same when nobody is left of the first one.
        #expect(table.beginStoring(first.call, [a]).isEmpty)
        #expect(table.finish(first.call, .success([a: 1])).isEmpty)

        #expect(table.beginStoring(second.call, [a]) == [a])
        _ = table.finish(second.call, .success([a: 2]))
        #expect(try table.outcome(for: second.waiter).get() == [a: 2])
        #expect(table.underWay == 0)
    }

    @Test mutating func `a call that is storing is not given up`() throws {
        let first = try begin([a])
        #expect(table.wait("signal", in: first.waiter) == false)
        #expect(table.beginStoring(first.call, [a]) == [a])
        #expect(table.giveUp(first.call, Late())?.keys == nil)
        #expect(table.isUnderWay(first.call))
        #expect(table.unclaimed([a]).isEmpty)
        #expect(table.finish(first.call, .success([a: 1])) == ["signal"])
        #expect(try table.outcome(for: first.waiter).get() == [a: 1])
    }

    @Test mutating func `a call that has ended is not given up`() throws {
        let first = try begin([a])
        _ = table.finish(first.call, .success([a: 1]))
        #expect(table.giveUp(first.call, Late())?.keys == nil)
        #expect(try table.outcome(for: first.waiter).get() == [a: 1])
        #expect(table.giveUp(first.call, Late())?.keys == nil)
        let second = try begin([a])
        _ = table.leave([second.waiter])
        #expect(table.giveUp(second.call, Late())?.keys == nil)
        #expect(table.underWay == 0)
    }

    @Test mutating func `a kept call that nobody waits for is given up`() throws {
        let first = try begin([a], isKept: true)
        _ = table.leave([first.waiter])
        let ended = try giveUp(first)
        #expect(ended.keys == [a])
        #expect(ended.signals.isEmpty)
        #expect(table.underWay == 0)
        #expect(table.unclaimed([a]) == [a])
    }

    @Test mutating func `an overtaken call that is given up leaves the key to the next one`() throws {
        let first = try begin([a, b])
        #expect(table.overtake([a]).isEmpty)
        let second = try begin([a])
        _ = try giveUp(first)
        #expect(table.unclaimed([a, b]) == [b])
        #expect(table.isUnderWay(second.call))
        #expect(table.underWay == 1)
    }

    @Test mutating func `the task of a call that was given up is cancelled`() throws {
        for isWaitedFor in [true, false] {
            let first = try begin([a], isKept: true)
            if !isWaitedFor { _ = table.leave([first.waiter]) }
            let ended = try giveUp(first)
            #expect(ended.task == nil)
            guard case .cancel? = table.noteTask(first.call, task: Task {}) else {
                Issue.record("the task goes on")
                continue
            }
        }
    }

    // MARK: - Deadlines

    @Test mutating func `calls are late from their deadline on`() throws {
        let now = ContinuousClock.now
        let first = try begin([a, b], until: now)
        let second = try begin([c], until: now + .seconds(1))
        let unlimited = try begin([CacheKey("d")])
        let keys = [a, b, c, CacheKey("d"), CacheKey("other")]
        #expect(table.deadline(of: first.waiter) == now)
        #expect(table.deadline(of: unlimited.waiter) == nil)
        #expect(table.late(keys, at: now - .nanoseconds(1)).isEmpty)
        #expect(table.late(keys, at: now) == Set([first.call]))
        #expect(table.late([b], at: now) == Set([first.call]))
        #expect(table.late([c], at: now).isEmpty)
        #expect(table.late(keys, at: now + .seconds(1)) == Set([first.call, second.call]))
        _ = table.giveUp(first.call, Late())
        #expect(table.late(keys, at: now + .seconds(1)) == Set([second.call]))
        _ = table.finish(second.call, .success([:]))
        #expect(table.late(keys, at: now + .seconds(1)).isEmpty)
    }

    @Test mutating func `a caller who joins does not move the deadline`() throws {
        let now = ContinuousClock.now
        let first = try begin([a], until: now + .seconds(1))
        let joined = table.join([a, b], since: table.mark, until: now + .seconds(2))
        #expect(table.deadline(of: first.waiter) == now + .seconds(1))
        #expect(table.deadline(of: try #require(joined.waiters.first)) == now + .seconds(1))
        #expect(table.deadline(of: try #require(joined.newCall).waiter) == now + .seconds(2))
    }

    @Test mutating func `keys that nobody computes are unclaimed`() throws {
        #expect(table.unclaimed([]).isEmpty)
        #expect(table.unclaimed([b, a]) == [b, a])
        let first = try begin([a])
        #expect(table.unclaimed([c, a, b]) == [c, b])
        // To ask claims nothing.
        #expect(table.waiters == 1)
        _ = table.beginStoring(first.call, [a])
        #expect(table.unclaimed([a]).isEmpty)
        // A write takes the key, although its old value is still being stored.
        _ = table.overtake([a])
        #expect(table.unclaimed([a]) == [a])
    }
}
