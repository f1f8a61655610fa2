import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ReactorTests {
    /// Registers a handler for a descriptor.
    private func register(
        _ handler: RecordingHandler, _ descriptor: Int32? = nil, on reactor: Reactor
    ) throws -> UInt64 {
        let token = reactor.newToken()
        try reactor.register(handler, token: token)
        if let descriptor { try reactor.watch(descriptor, token: token) }
        return token
    }

    @Test(arguments: PollerKind.allCases)
    func `a handler is called on the reactor's thread when its descriptor is ready`(kind: PollerKind) async throws {
        let (reactor, pair) = (Reactor(poller: try kind.make()), try StreamPair())
        let handler = RecordingHandler {
            #expect(reactor.isCurrent)
            pair.receive()
        }
        let token = try register(handler, pair.near, on: reactor)
        #expect(!reactor.isCurrent)
        pair.send()
        #expect(await handler.next() == .ready(.readable))
        try reactor.change(pair.near, token: token, to: .writable)
        #expect(await handler.next() == .ready(.writable))
        reactor.remove(token: token, descriptor: pair.near)
        try await onThread { reactor.stopAndJoin() }
    }

    @Test(arguments: PollerKind.allCases)
    func `a handler that was removed is not called`(kind: PollerKind) async throws {
        let (reactor, removedPair, pair) = (Reactor(poller: try kind.make()), try StreamPair(), try StreamPair())
        let removed = RecordingHandler()
        let handler = RecordingHandler { pair.receive() }
        // On the reactor's own thread, so that no timer fires before it is removed, however slow the machine is.
        try await withTaskExecutorPreference(reactor) {
            let token = try register(removed, removedPair.near, on: reactor)
            reactor.schedule(token: token, at: .now + .milliseconds(1))
            reactor.remove(token: token, descriptor: removedPair.near)
        }
        removedPair.send()
        let other = try register(handler, pair.near, on: reactor)
        reactor.schedule(token: other, at: .now + .milliseconds(2))
        #expect(await handler.next() == .timer)
        pair.send()
        #expect(await handler.next() == .ready(.readable))
        try await onThread { reactor.stopAndJoin() }
        removed.reactorEnded()
        #expect(await removed.next() == .reactorEnd)
    }

    @Test(arguments: PollerKind.allCases)
    func `a timer fires at its deadline, the earliest that was set`(kind: PollerKind) async throws {
        let reactor = Reactor(poller: try kind.make())
        let handler = RecordingHandler()
        let token = try register(handler, on: reactor)
        let deadline = Timestamp.now + .milliseconds(5)
        reactor.schedule(token: token, at: deadline)
        reactor.schedule(token: token, at: .distantFuture)
        #expect(await handler.next() == .timer)
        #expect(Timestamp.now >= deadline)
        // The reactor waits without an end now, and hears of a timer all the same.
        reactor.schedule(token: token, at: .now)
        #expect(await handler.next() == .timer)
        reactor.schedule(token: reactor.newToken(), at: .now)
        try await onThread { reactor.stopAndJoin() }
    }

    @Test(arguments: PollerKind.allCases)
    func `the end of an iteration is told once to those who ask, after its tasks`(kind: PollerKind) async throws {
        let reactor = Reactor(poller: try kind.make())
        let handler = RecordingHandler()
        try await withTaskExecutorPreference(reactor) {
            _ = try register(handler, on: reactor)
            reactor.awaitIterationEnd(handler)
        }
        #expect(await handler.next() == .iterationEnd)
        try await onThread { reactor.stopAndJoin() }
        #expect(await handler.next() == .reactorEnd)
    }

    // MARK: - Tasks

    @Test(arguments: PollerKind.allCases)
    func `tasks that prefer it run on its thread`(kind: PollerKind) async throws {
        let reactor = Reactor(poller: try kind.make())
        await withTaskExecutorPreference(reactor) {
            for _ in 0..<100 {
                #expect(reactor.isCurrent)
                await Task.yield()
            }
        }
        let sum = await withTaskGroup { group in
            for number in 0..<1000 {
                group.addTask(executorPreference: reactor) {
                    await Task.yield()
                    return reactor.isCurrent ? number : 0
                }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 499_500)
        try await onThread { reactor.stopAndJoin() }
    }

    @Test func `after its end its tasks run elsewhere`() async throws {
        let reactor = try Reactor()
        await withTaskExecutorPreference(reactor) { #expect(reactor.isCurrent) }
        try await onThread { reactor.stopAndJoin() }
        await withTaskExecutorPreference(reactor) {
            await Task.yield()
            #expect(!reactor.isCurrent)
        }
    }

    @Test func `no task is lost when it is stopped at any moment`() async throws {
        for _ in 0..<200 {
            let reactor = try Reactor()
            await withDiscardingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        await withTaskExecutorPreference(reactor) { await Task.yield() }
                    }
                }
                group.addTask { reactor.stop() }
            }
        }
    }

    // MARK: - Its end

    @Test(arguments: PollerKind.allCases)
    func `handlers hear of the end, and none is taken after it`(kind: PollerKind) async throws {
        let reactor = Reactor(poller: try kind.make())
        let handler = RecordingHandler()
        _ = try register(handler, on: reactor)
        try await onThread { reactor.stopAndJoin() }
        #expect(await handler.next() == .reactorEnd)
        #expect(throws: Errno(code: ECANCELED)) { _ = try register(RecordingHandler(), on: reactor) }
        // Stopping twice does no harm.
        reactor.stop()
        try await onThread { reactor.stopAndJoin() }
    }

    @Test func `handlers hear of a poller that fails`() async throws {
        struct FailingPoller: Poller {
            func add(_ descriptor: Int32, token: UInt64, interest: Readiness) {}
            func modify(_ descriptor: Int32, token: UInt64, interest: Readiness) {}
            func remove(_ descriptor: Int32, token: UInt64) {}
            func wait(until deadline: Timestamp, events: inout [PollerEvent]) throws(Errno) { throw Errno(code: EBADF) }
            func wake() {}
        }
        let reactor = Reactor(poller: FailingPoller())
        let handler = RecordingHandler()
        _ = try register(handler, on: reactor)
        #expect(await handler.next() == .reactorEnd)
    }

    @Test(arguments: PollerKind.allCases)
    func `a stopped reactor is freed, and its handlers with it`(kind: PollerKind) async throws {
        weak var freedReactor: Reactor?
        weak var freedHandler: RecordingHandler?
        do {
            let reactor = Reactor(poller: try kind.make())
            let handler = RecordingHandler()
            _ = try register(handler, on: reactor)
            (freedReactor, freedHandler) = (reactor, handler)
            reactor.stop()
            #expect(await handler.next() == .reactorEnd)
        }
        // The thread lets go of it at its very end.
        while freedReactor != nil || freedHandler != nil { await Task.yield() }
    }

    @Test(arguments: PollerKind.allCases)
    func `who spins hears of events, timers, tasks and the end as ever`(kind: PollerKind) async throws {
        let (reactor, pair) = (Reactor(poller: try kind.make()), try StreamPair())
        let handler = RecordingHandler { [reactor] in
            pair.receive()
            reactor.spinBeforeParking()
        }
        let token = try register(handler, pair.near, on: reactor)
        for _ in 0..<200 {
            pair.send()
            #expect(await handler.next() == .ready(.readable))
        }
        pair.send()
        #expect(await handler.next() == .ready(.readable))
        reactor.schedule(token: token, at: .now + .milliseconds(1))
        #expect(await handler.next() == .timer)
        pair.send()
        #expect(await handler.next() == .ready(.readable))
        #expect(await Task(executorPreference: reactor) { reactor.isCurrent }.value)
        pair.send()
        #expect(await handler.next() == .ready(.readable))
        try await onThread { reactor.stopAndJoin() }
        #expect(await handler.next() == .reactorEnd)
    }
}
