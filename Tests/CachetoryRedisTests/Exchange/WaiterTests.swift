import CachetoryRedis
import CachetoryTestSupport
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct WaiterTests {
    private struct Failure: Error {}

    @Test func `a value that comes while it is waited for is the caller's`() async throws {
        let waiter = Waiter<Int>()
        let value = try await waiter.value { #expect(waiter.succeed(1)) }
        #expect(value == 1)
        #expect(waiter.hasEnded)
    }

    @Test func `a value that came before is the caller's`() async throws {
        let waiter = Waiter<Int>()
        #expect(!waiter.hasEnded)
        #expect(waiter.succeed(1))
        #expect(waiter.hasEnded)
        #expect(!waiter.succeed(2))
        #expect(!waiter.fail(Failure()))
        let value = try await waiter.value { Issue.record("there is nothing to start") }
        #expect(value == 1)
    }

    @Test func `an error ends the wait as well, before it or in it`() async {
        let early = Waiter<Int>()
        #expect(early.fail(Failure()))
        await #expect(throws: Failure.self) { try await early.value() }
        let late = Waiter<Int>()
        await #expect(throws: Failure.self) { try await late.value { late.fail(Failure()) } }
    }

    @Test func `only the first end counts`() async throws {
        let waiter = Waiter<Int>()
        let value = try await waiter.value {
            #expect(waiter.succeed(1))
            #expect(!waiter.succeed(2))
            #expect(!waiter.fail(Failure()))
        }
        #expect(value == 1)
        #expect(!waiter.succeed(3))
    }

    private final class Turn: Sendable {
        let number = Atomic<Int>(-1)
    }

    @Test func `a value that comes just as the wait begins is not lost`() async throws {
        let (waiters, turn) = ((0..<50_000).map { _ in Waiter<Int>() }, Turn())
        async let givers: Void = onThread {
            for (number, waiter) in waiters.enumerated() {
                while turn.number.load(ordering: .acquiring) < number {}
                waiter.succeed(number)
            }
        }
        defer { turn.number.store(.max, ordering: .releasing) }
        for (number, waiter) in waiters.enumerated() {
            turn.number.store(number, ordering: .releasing)
            let value = try await waiter.value()
            if value != number { Issue.record("\(value) for \(number)") }
        }
        turn.number.store(.max, ordering: .releasing)
        try await givers
    }

    /// As where a reply comes at the deadline, while the task waits for something else.
    @Test func `two may end it before the wait begins, and the value is of the one who did`() async throws {
        let (waiters, turn) = ((0..<50_000).map { _ in Waiter<Int>() }, Turn())
        async let second = onThread {
            waiters.enumerated().map { number, waiter in
                while turn.number.load(ordering: .acquiring) < number {}
                return waiter.succeed(2)
            }
        }
        let first = try await onThread {
            defer { turn.number.store(.max, ordering: .releasing) }
            return waiters.enumerated().map { number, waiter in
                turn.number.store(number, ordering: .releasing)
                return waiter.succeed(1)
            }
        }
        for (number, (first, second)) in zip(first, try await second).enumerated() {
            let value = try await waiters[number].value()
            if first == second || value != (first ? 1 : 2) {
                Issue.record("\(value) at \(number), ended by the first: \(first), by the second: \(second)")
            }
        }
    }

    @Test func `a task that was cancelled before does not begin to wait`() async {
        let waiter = Waiter<Int>()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await waiter.value { Issue.record("there is nobody to wait") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!waiter.succeed(1))
    }

    @Test func `what came early is not lost to a cancellation`() async throws {
        let waiter = Waiter<Int>()
        waiter.succeed(1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await waiter.value()
        }
        #expect(try await task.value == 1)
    }

    @Test func `a task that is cancelled while it waits ends at once, and the value is refused`() async {
        let waiter = Waiter<Int>()
        let task = Task {
            try await waiter.value { withUnsafeCurrentTask { $0?.cancel() } }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!waiter.succeed(1))
    }

    /// Whoever ends it is told so if, and only if, the caller gets the value: a connection is neither lost nor lent twice.
    @Test func `value and cancellation may race, and both sides agree who won`() async {
        let (used, cancelled, refused) = (Counter(), Counter(), Counter())
        let rounds = 1000
        let racesInRound = 100
        for _ in 0..<rounds {
            await withDiscardingTaskGroup { group in
                for number in 0..<racesInRound {
                    let waiter = Waiter<Int>()
                    let caller = Task {
                        do {
                            let value = try await waiter.value()
                            #expect(value == number)
                            used.add()
                        } catch {
                            #expect(error is CancellationError)
                            cancelled.add()
                        }
                    }
                    group.addTask { caller.cancel() }
                    group.addTask { if !waiter.succeed(number) { refused.add() } }
                    group.addTask { await caller.value }
                }
            }
        }
        #expect(used.count + cancelled.count == rounds * racesInRound)
        #expect(refused.count == cancelled.count)
    }
}
