import CachetoryLocking
import CachetorySmallFoundation
import Synchronization

/// One thread that waits for all the descriptors of a pool, and for its timers.
///
/// An iteration of its loop is: wait, tell the handlers what came, fire the timers that are due, run the tasks that prefer it
/// as their executor, and tell those who asked that it ends. The thread starts with the first registration or task.
package final class Reactor: Sendable {
    struct State {
        var handlers: [UInt64: any ReactorHandler] = [:]
        var timers = TimerQueue()
        var jobs: [UnownedJob] = []
        var thread: JoinableThread?
        var isStopped = false

        /// Nil once the thread has ended, so that its descriptors are closed when the last call on it is over.
        var poller: (any Poller)?
    }

    let state: Lock<State>
    private let nextToken = Atomic<UInt64>(0)

    /// How many connections coalesce the writes of callers whom they have resumed, and invite others to: ``WriteCoalescing``.
    let coalescingConnections = Atomic<Int>(0)

    /// Which thread is the reactor's own: nil's stand-in is 0, which no thread has.
    private let threadID = Atomic<UInt>(0)

    /// Who asked for the end of the present iteration; touched by the reactor's thread alone.
    @exclusivity(unchecked) private nonisolated(unsafe) var awaitingEnd: [any ReactorHandler] = []

    /// The jobs of the present iteration; touched by the reactor's thread alone.
    @exclusivity(unchecked) nonisolated(unsafe) var running: [UnownedJob] = []

    /// Whether somebody expects the next event soon; touched by the reactor's thread alone.
    @exclusivity(unchecked) private nonisolated(unsafe) var expectsEvent = false

    package init(poller: any Poller) {
        state = Lock(State(poller: poller))
    }

    /// A reactor over the best poller of the system.
    package convenience init() throws(Errno) {
        #if os(Linux)
            self.init(poller: try EpollPoller())
        #else
            self.init(poller: try PortablePoller())
        #endif
    }

    /// Whether the caller runs on the reactor's thread.
    package var isCurrent: Bool {
        threadID.load(ordering: .relaxed) == Self.currentThreadID
    }

    private static var currentThreadID: UInt {
        #if canImport(Darwin)
            UInt(bitPattern: pthread_self())
        #else
            pthread_self()
        #endif
    }
}

// MARK: - Registrations and timers, from any thread

extension Reactor {
    /// A token that nobody had before.
    package func newToken() -> UInt64 {
        nextToken.add(1, ordering: .relaxed).oldValue
    }

    /// Makes a handler known, which may then set timers and watch a descriptor. The reactor keeps it until it is removed.
    ///
    /// - Throws: what kept the thread from starting; `ECANCELED` after the reactor was stopped.
    package func register(_ handler: some ReactorHandler, token: UInt64) throws(Errno) {
        try state.withLock { state throws(Errno) in
            if state.isStopped { throw Errno(code: ECANCELED) }
            try start(&state)
            state.handlers[token] = handler
        }
    }

    package func watch(_ descriptor: Int32, token: UInt64) throws(Errno) {
        try runningPoller().add(descriptor, token: token, interest: .readable)
    }

    package func change(_ descriptor: Int32, token: UInt64, to interest: Readiness) throws(Errno) {
        try runningPoller().modify(descriptor, token: token, interest: interest)
    }

    private func runningPoller() throws(Errno) -> any Poller {
        guard let poller = state.withLock({ $0.poller }) else { throw Errno(code: ECANCELED) }
        return poller
    }

    /// Forgets a handler, its timer and, if it had one, its descriptor.
    package func remove(token: UInt64, descriptor: Int32?) {
        let (removed, poller) = state.withLock { state in
            state.timers.cancel(token)
            return (state.handlers.removeValue(forKey: token), state.poller)
        }
        if let descriptor { poller?.remove(descriptor, token: token) }
        _ = removed  // released outside the lock: its deinit may come back here
    }

    /// Sets a handler's only timer, unless it is set for earlier.
    package func schedule(token: UInt64, at deadline: Timestamp) {
        let sleeper = state.withLock { state -> (any Poller)? in
            guard state.handlers[token] != nil else { return nil }
            let before = state.timers.next
            state.timers.schedule(token, at: deadline)
            return state.timers.next < before ? state.poller : nil
        }
        if let sleeper, !isCurrent { sleeper.wake() }
    }

    /// Has the handler's ``ReactorHandler/iterationEnded()`` called once this iteration is over. From the reactor's thread
    /// alone.
    package func awaitIterationEnd(_ handler: some ReactorHandler) {
        awaitingEnd.append(handler)
    }

    /// Has the thread spin for the next event before it parks, if that has paid of late. From the reactor's thread alone.
    package func spinBeforeParking() {
        expectsEvent = true
    }
}

// MARK: - The thread

extension Reactor {
    /// Starts the thread if it does not run yet.
    func start(_ state: inout State) throws(Errno) {
        guard state.thread == nil, let poller = state.poller else { return }
        state.thread = try JoinableThread { [self] in run(poller) }
    }

    /// Ends the thread after its present iteration, without waiting for that. Handlers are told and forgotten.
    package func stop() {
        takeThread()?.detach()
    }

    /// Ends the thread, and waits until it is gone. Not from the thread itself.
    package func stopAndJoin() {
        takeThread()?.join()
    }

    private func takeThread() -> JoinableThread? {
        let (thread, poller) = state.withLock { state in
            state.isStopped = true
            let thread = state.thread.take()
            // Without a thread, or with one that is ending, nobody needs it any more.
            return (thread, thread == nil ? state.poller.take() : state.poller)
        }
        poller?.wake()
        return thread
    }

    private func run(_ poller: any Poller) {
        threadID.store(Self.currentThreadID, ordering: .relaxed)
        var events: [PollerEvent] = []
        var spins = ChanceBackoff()
        while let deadline = nextWait() {
            do {
                if try !spin(&spins, over: poller, until: deadline, &events) {
                    try poller.wait(until: deadline, events: &events)
                }
            } catch {
                // The poller's own descriptor is not usable, which only a foreign close can do: end what depends on it.
                stop()
                break
            }
            for event in events { handler(event.token)?.becameReady(for: event.readiness) }
            fireTimers()
            runJobs()
            endIteration()
        }
        runJobs()
        let (forgotten, unused) = state.withLock { state in
            state.timers = TimerQueue()
            defer { state.handlers = [:] }
            return (state.handlers, state.poller.take())
        }
        _ = unused  // released outside the lock
        for handler in forgotten.values { handler.reactorEnded() }
        awaitingEnd = []
        // The system may give the thread's identity to another one.
        threadID.store(0, ordering: .relaxed)
    }

    /// Until when the next iteration may wait; nil once the reactor is stopped.
    private func nextWait() -> Timestamp? {
        state.withLock { state in
            if state.isStopped { return nil }
            return state.jobs.isEmpty ? state.timers.next : Self.atOnce
        }
    }

    private static let atOnce = Timestamp(nanoseconds: 0)

    /// Spins for events, where one is expected soon.
    ///
    /// - Returns: whether the iteration is to go on: events came, or something else is to be done before `deadline`.
    private func spin(
        _ spins: inout ChanceBackoff, over poller: any Poller, until deadline: Timestamp, _ events: inout [PollerEvent]
    ) throws(Errno) -> Bool {
        guard expectsEvent else { return false }
        expectsEvent = false
        guard SpinPolicy.maxSpinners > 0, deadline > .now, spins.takeChance() else { return false }
        let hasCome = try SpinPolicy.spin { () throws(Errno) in
            try poller.wait(until: Self.atOnce, events: &events)
            return !events.isEmpty || nextWait() != deadline
        }
        if hasCome { spins.succeed() } else { spins.fail() }
        return hasCome
    }

    private func handler(_ token: UInt64) -> (any ReactorHandler)? {
        state.withLock { $0.handlers[token] }
    }

    private func fireTimers() {
        let now = Timestamp.now
        let due = state.withLock { state in
            state.timers.takeDue(at: now).compactMap { state.handlers[$0] }
        }
        for handler in due { handler.timerFired(at: now) }
    }

    private func endIteration() {
        while let handler = awaitingEnd.popLast() { handler.iterationEnded() }
    }
}
