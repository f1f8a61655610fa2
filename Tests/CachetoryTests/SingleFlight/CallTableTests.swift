import Testing

@testable import Cachetory

/// The table alone: without tasks, threads or a cache.
@Suite struct CallTableTests {
    private var table = CallTable<Int, String>()
    private let a = CacheKey("a")
    private let b = CacheKey("b")
    private let c = CacheKey("c")

    private mutating func begin(_ keys: [CacheKey], since mark: Int? = nil) throws
        -> CallTable<Int, String>.NewCall
    {
        try #require(table.join(keys, since: mark ?? table.mark).newCall)
    }

    @Test mutating func `keys that others compute are joined, and the rest is begun`() throws {
        let first = try begin([a, b])
        let second = table.join([b, a, c], since: 0)
        #expect(second.waiters.map(\.key) == [b])
        #expect(second.newCall?.keys == [c])
        #expect(table.waiters == 3)
        #expect(table.underWay == 2)
        let waiter = try #require(second.waiters.first)
        #expect(table.wait("signal", in: waiter) == false)
        #expect(table.finish(first.call, .success([a: 1, b: 2])) == ["signal"])
        #expect(try table.outcome(for: waiter).get() == [a: 1, b: 2])
        #expect(try table.outcome(for: first.waiter).get() == [a: 1, b: 2])
        #expect(table.underWay == 1)
    }

    @Test mutating func `only a key that finished meanwhile is stale`() throws {
        let mark = table.mark
        let first = try begin([a])
        _ = table.finish(first.call, .success([a: 1]))
        #expect(try begin([a, b], since: mark).outdated == [a])
        #expect(try begin([c], since: table.mark).outdated.isEmpty)
    }

    @Test mutating func `an overtaken key is not stored and is computed anew`() throws {
        let first = try begin([a, b])
        #expect(table.overtake([a]).isEmpty)
        let second = table.join([a, b], since: table.mark)
        #expect(second.waiters.map(\.key) == [b])
        #expect(second.newCall?.keys == [a])
        #expect(table.beginStoring(first.call, [a, b]) == [b])
        #expect(table.beginStoring(try #require(second.newCall).call, [a]) == [a])
    }

    @Test mutating func `a write gets a waiter on every call that stores its key`() throws {
        let first = try begin([a])
        #expect(table.beginStoring(first.call, [a]) == [a])
        let waiting = table.overtake([a])
        #expect(waiting.count == 1)
        // The key goes on with another call, and the first one is still storing it.
        let second = try begin([a])
        #expect(table.beginStoring(second.call, [a]) == [a])
        #expect(table.overtake([a, b]).count == 2)
        #expect(table.overtake([a], by: second.waiter.computation).count == 1)
        #expect(table.overtakeAll().count == 2)
        _ = table.finish(first.call, .success([:]))
        _ = table.finish(second.call, .success([:]))
        #expect(table.overtake([a]).isEmpty)
        #expect(table.underWay == 0)
    }

    @Test mutating func `all are overtaken at once`() throws {
        let first = try begin([a, b])
        #expect(table.overtakeAll().isEmpty)
        #expect(table.beginStoring(first.call, [a, b]).isEmpty)
        #expect(table.join([a, b], since: table.mark).newCall?.keys == [a, b])
    }

    @Test mutating func `a call that nobody waits for is given up, unless it is storing`() throws {
        let first = try begin([a])
        _ = table.leave([first.waiter])
        #expect(table.underWay == 0)
        #expect(table.beginStoring(first.call, [a]).isEmpty)
        #expect(table.finish(first.call, .success([a: 1])).isEmpty)
        let second = try begin([a])
        #expect(table.beginStoring(second.call, [a]) == [a])
        _ = table.leave([second.waiter])
        #expect(table.underWay == 1)
        #expect(table.overtake([a]).count == 1)
        _ = table.finish(second.call, .success([a: 1]))
        #expect(table.underWay == 0)
    }

    @Test mutating func `a signal that leaves is resumed once`() throws {
        let first = try begin([a])
        #expect(table.wait("signal", in: first.waiter) == false)
        #expect(table.finish(first.call, .success([a: 1])) == ["signal"])
        #expect(table.leave([first.waiter]).signals.isEmpty)
        #expect(throws: CancellationError.self) { try table.outcome(for: first.waiter).get() }
        #expect(table.waiters == 0)
    }

    @Test mutating func `a call is raised to the priority of its callers`() throws {
        let first = try #require(table.join([a], since: 0, at: .background).newCall)
        #expect(table.join([a], since: 0, at: .high).slower.isEmpty)  // its task is not known yet
        let task = Task {}
        guard case .escalate(let priority) = table.noteTask(first.call, task: task) else {
            Issue.record("the task is not escalated")
            return
        }
        #expect(priority == .high)
        #expect(table.join([a], since: 0, at: .medium).slower.isEmpty)
        #expect(table.join([a], since: 0, at: TaskPriority(rawValue: 40)).slower == [task])
        _ = table.leave([first.waiter])
    }
}
