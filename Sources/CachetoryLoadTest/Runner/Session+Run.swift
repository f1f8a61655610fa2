import CachetoryLocalServer
import Dispatch

// The workers' part of a session.
extension Session {
    /// How often the progress is shown.
    private static let tick: UInt64 = 250_000_000

    /// How long an interrupted run waits for answers.
    private static let interruptedPatience = Duration.seconds(2)

    func warmUp(_ driver: some Driver) -> Outcome {
        perform(driver, newRun(.duration(options.warmup), seed: ~options.seed), title: "warm-up")
    }

    /// The measured run, with the faults injected meanwhile.
    func run(_ driver: some Driver) -> Outcome {
        let connections = watchedServer.map { ServerConnections(socketPath: $0.socketPath) }
        let chaosServer = options.chaos ? server.map(ChaosServer.init) : nil
        let run = newRun(options.length, seed: options.seed)
        let chaos = chaosServer.flatMap { server in
            run.watch.map {
                Chaos(ChaosPlan(seed: options.seed), on: server, during: run, $0, slack: options.slack, lines)
            }
        }
        let recorder = IntervalRecorder(
            run, interval: IntervalLength.of(options), connections: connections, lines: options.soak ? lines : nil)
        chaos?.start()
        var outcome = perform(driver, run, title: "run", recorder)
        outcome.intervals = recorder.samples
        outcome.chaos = chaos.map { self.outcome(of: $0, run) }
        return outcome
    }

    /// The server whose connections are counted.
    private var watchedServer: LocalRedisServer? { options.soak || options.chaos ? server : nil }

    private func newRun(_ length: RunLength, seed: UInt64) -> Run {
        Run(workload, options: options, length: length, seed: seed, faults: faults)
    }

    private func outcome(of chaos: Chaos, _ run: Run) -> ChaosOutcome {
        let end = MonotonicClock.now()
        let (events, failure) = chaos.stop()
        guard let watch = run.watch else { return ChaosOutcome() }
        let lateness = watch.lateness
        return ChaosOutcome(
            events: events, failure: failure,
            availability: watch.availability.share(until: min(end, run.plannedEnd ?? end)),
            latestCall: lateness.latestCall, lateCalls: lateness.lateCalls)
    }

    /// Runs all workers and waits for them.
    private func perform(
        _ driver: some Driver, _ run: Run, title: String, _ recorder: IntervalRecorder? = nil
    ) -> Outcome {
        var outcome = Outcome()
        let processorTime = ResourceUsage.processorTime()
        let crew = Crew()
        driver.start(run, tasks: options.tasks, crew: crew)
        interrupt.onRaise {
            run.stop()
            driver.cancel()
        }
        waitForEnd(of: run, crew, title: title, recorder)
        recorder?.finish()
        let end = MonotonicClock.now()
        outcome.time = end - run.begin
        outcome.processorTime = ResourceUsage.processorTime() - processorTime
        outcome.latencies = run.latencies.histogram()
        outcome.wasInterrupted = interrupt.isRaised
        outcome.unanswered = crew.remaining
        if !outcome.wasInterrupted {
            outcome.overdue = run.overdue(at: end)
            let count = outcome.unanswered
            if count > 0 { faults.add(errors: count, "no answer long after the end of the run") }
        }
        return outcome
    }

    /// Returns when all workers are done, or when the rest of them must be given up.
    private func waitForEnd(of run: Run, _ crew: Crew, title: String, _ recorder: IntervalRecorder?) {
        var progress = progress.started(title, at: run.begin)
        var (finished, lastChange) = (0, run.begin)
        while !crew.wait(.nanoseconds(Int(tick(before: recorder?.nextEnd ?? .max)))) {
            recorder?.closeIfDue()
            let now = MonotonicClock.now()
            let histogram = run.latencies.histogram()
            progress.show(histogram, faults.summary, at: now)
            let count = Int(histogram.total) + faults.summary.errors
            let mayGoOn = !run.isOver(at: now) && run.tickets?.areExhausted != true
            if count != finished || mayGoOn { (finished, lastChange) = (count, now) }
            let patience = interrupt.isRaised ? min(patience, Self.interruptedPatience) : patience
            if now - lastChange > patience.nanoseconds { break }
        }
        progress.clear()
    }

    private func tick(before end: UInt64) -> UInt64 {
        let now = MonotonicClock.now()
        return end > now ? min(Self.tick, end - now) : 0
    }
}
