import CachetoryRedis
import CachetoryTestSupport

/// What is around the connection.
extension PacingSimulation {
    func handle(_ event: Event) {
        switch event {
        case .ready(let caller): run(caller)
        case .leaves(let request): withdraw(request)
        case .writeEnded(let requests):
            events.add(.requestsArrived(requests), at: now + scenario.roundTrip / 2)
            endWrite()
        case .requestsArrived(let requests):
            serverQueue += requests
            serve()
        case .served(let requests):
            events.add(.repliesArrived(requests), at: now + scenario.roundTrip / 2)
            isServerBusy = false
            serve()
        case .repliesArrived(let requests):
            arrived += requests
            if spinning != nil {
                spinning = nil
                readAsFollower()
            } else if isWatching {
                wakeReactor()
            }
        case .delivered(let actions, let byFollower): endDelivery(actions, byFollower: byFollower)
        case .reactorWakes: iterate()
        case .threadIsFree:
            freeThreads += 1
            runJobs()
        case .spinEnded(let number):
            guard spinning == number else { return }
            readAsFollower()
            spinning = nil
        case .hungUp: perform(pacing.becameReadable())
        case .isNoLongerStarved(let job):
            jobs.append(job)
            runJobs()
        }
    }

    /// The server reads all that has come, and answers it together.
    private func serve() {
        guard !isServerBusy, !serverQueue.isEmpty else { return }
        isServerBusy = true
        let stall: Int64 = Int.random(in: 0..<100, using: &random) < scenario.stallPercent ? 1_000_000 : 0
        events.add(.served(serverQueue), at: now + stall + scenario.service * Int64(serverQueue.count))
        serverQueue = []
    }
}

// MARK: - The callers

extension PacingSimulation {
    /// A caller has its reply, or has left.
    func resume(_ caller: Int) {
        remaining[caller] -= 1
        if remaining[caller] == 0 { return }
        let pause = scenario.thinkTime == 0 ? 0 : Int64.random(in: 0...scenario.thinkTime, using: &random)
        // A thread has to wake up.
        let delay = scenario.kind == .ownThreads ? Self.wakeTime : 0
        if pause + delay == 0 { run(caller) } else { events.add(.ready(caller: caller), at: now + pause + delay) }
    }

    private func run(_ caller: Int) {
        switch scenario.kind {
        case .ownThreads: submit(caller)
        case .tasks:
            jobs.append(.caller(caller))
            runJobs()
        case .onReactor:
            reactorJobs.append(caller)
            if !isReactorBusy { wakeReactor() }
        }
    }
}

// MARK: - The executor

extension PacingSimulation {
    /// To wake a thread takes so long.
    private static let wakeTime: Int64 = 15_000

    /// What a caller does between a reply and the next request.
    private static let callTime: Int64 = 1_000

    func enqueue(_ job: Job) {
        if .random(in: 0..<100, using: &random) < scenario.starvedPercent {
            let wait = Int64.random(in: 10_000_000...200_000_000, using: &random)
            return events.add(.isNoLongerStarved(job), at: now + wait)
        }
        jobs.append(job)
        runJobs()
    }

    func freeThread() {
        events.add(.threadIsFree, at: now + Self.callTime)
    }

    private func runJobs() {
        while freeThreads > 0, let job = jobs.popFirst() {
            freeThreads -= 1
            switch job {
            case .caller(let caller):
                submit(caller)
                freeThread()
            case .follower: runFollower()
            case .writer: runWriter()
            }
        }
    }
}

// MARK: - The reactor

extension PacingSimulation {
    func wakeReactor() {
        events.add(.reactorWakes, at: now + (now < reactorSpinsUntil ? 0 : Self.wakeTime))
    }

    func setTimer(at deadline: Timestamp) {
        guard deadline < timer, scenario.hasTimers else { return }
        timer = deadline
        events.add(.reactorWakes, at: deadline)
    }

    /// An iteration of its event loop. It goes on where replies are delivered.
    func iterate() {
        if isReactorBusy { return }
        if isWatching, !arrived.isEmpty { perform(pacing.becameReadable()) }
        if isReactorBusy { return }
        if timer <= now { fireTimer() }
        if isReactorBusy { return }
        let callers = reactorJobs
        reactorJobs = []
        for caller in callers { submit(caller) }
        if awaitsIterationEnd {
            awaitsIterationEnd = false
            perform(take(for: pacing.iterationEnded()))
        }
    }

    private func fireTimer() {
        timer = .distantFuture
        perform(pacing.timerFired(at: now, requests: exchange.lastNumber, isDeadline: false))
        if pacing.shouldWrite(exchange.backlog, at: now) { perform(take(for: .write)) }
        setTimer(at: pacing.nextTimer(after: now))
    }
}
