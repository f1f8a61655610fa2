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
        let connections = options.soak || options.chaos ? target.map(ServerConnections.init) : nil
        let run = newRun(options.length, seed: options.seed)
        let chaos = chaosTarget.flatMap { target in
            run.watch.map { Chaos(seed: options.seed, on: target, during: run, $0, slack: options.slack, lines) }
        }
        let recorder = IntervalRecorder(
            run, interval: IntervalLength.of(options), connections: connections, lines: options.soak ? lines : nil)
        chaos?.start()
        var outcome = perform(driver, run, title: "run", recorder)
        outcome.intervals = recorder.samples
        outcome.chaos = chaos.map { self.outcome(of: $0, run) }
        return outcome
    }

    /// What faults are injected into; nil without them.
    private var chaosTarget: (any ChaosTarget)? {
        guard options.chaos, let target, let history = workload.history else { return nil }
        switch target {
        case .given: return nil
        case .privateServer(let server): return ChaosServer(server, didCrash: history.noteCrash)
        case .privateCluster(let cluster): return places.map { ChaosCluster(cluster, history, $0) }
        }
    }

    private func newRun(_ length: RunLength, seed: UInt64) -> Run {
        Run(workload, options: options, length: length, seed: seed, faults: faults, places: places)
    }

    private func outcome(of chaos: Chaos, _ run: Run) -> ChaosOutcome {
        let end = MonotonicClock.now()
        let (events, failure) = chaos.stop()
        guard let watch = run.watch else { return ChaosOutcome() }
        let lateness = watch.lateness
        return ChaosOutcome(
            subject: chaos.subject, events: events, failure: failure,
            availability: watch.availability(until: min(end, run.plannedEnd ?? end)),
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
        outcome.nodes = run.nodes?.samples
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
