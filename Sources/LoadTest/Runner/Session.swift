import Foundation

/// One use of the program on one backend: sets the keys, warms up, measures, and removes the keys.
struct Session {
    let options: Options
    let interrupt: Interrupt
    let progress: Progress
    /// What went wrong from the first warm-up on: a wrong value is none the better for coming early.
    let faults = FaultLog()

    let workload: Workload

    /// How often the progress is shown.
    private static let tick = DispatchTimeInterval.milliseconds(250)

    /// When a run is over and no more answers come for so long, the rest is given up: a call that never returns must
    /// not keep the report from the user.
    private let patience: Duration

    /// The same for a user who has pressed Ctrl-C.
    private static let interruptedPatience = Duration.seconds(2)

    /// Keys and bytes in one call of the set-up: large enough to be quick, small enough not to stall the store.
    private static let fillKeys = 500
    private static let fillBytes = 1 << 20

    init(_ options: Options, interrupt: Interrupt, progress: Progress, patience: Duration = .seconds(10)) {
        self.options = options
        self.patience = patience
        self.interrupt = interrupt
        self.progress = progress
        workload = Workload(options)
    }

    /// Does everything up to the report.
    ///
    /// - Throws: the backend's error, if the keys cannot be set.
    func measure(_ driver: some Driver) throws -> Outcome {
        try fill(driver)
        if options.warmup > .zero {
            let warmup = perform(driver, .duration(options.warmup), title: "warm-up", seed: ~options.seed)
            if warmup.unanswered > 0 { return warmup }
        }
        guard !interrupt.isRaised else { return Outcome(wasInterrupted: true) }
        return perform(driver, options.length, title: "run", seed: options.seed)
    }

    /// Removes the keys and closes the backend.
    func cleanUp(_ driver: some Driver) throws {
        defer { driver.close() }
        for batch in batches(size: Self.fillKeys) {
            try driver.deleteMany(batch.map { workload.names[$0] })
        }
    }

    private func fill(_ driver: some Driver) throws {
        let size = min(Self.fillKeys, max(1, Self.fillBytes / max(1, options.valueSize)))
        for batch in batches(size: size) where !interrupt.isRaised {
            try driver.setMany(workload.items(batch))
        }
    }

    private func batches(size: Int) -> some Sequence<Range<Int>> {
        stride(from: 0, to: options.keys, by: size).map { $0..<min($0 + size, options.keys) }
    }

    /// Runs all workers and waits for them.
    private func perform(_ driver: some Driver, _ length: RunLength, title: String, seed: UInt64) -> Outcome {
        var outcome = Outcome()
        let processorTime = ResourceUsage.processorTime()
        let run = Run(workload, options: options, length: length, seed: seed, faults: faults)
        let crew = Crew()
        driver.start(run, tasks: options.tasks, crew: crew)
        interrupt.onRaise {
            run.stop()
            driver.cancel()
        }
        waitForEnd(of: run, crew, title: title)
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
    private func waitForEnd(of run: Run, _ crew: Crew, title: String) {
        var progress = progress.started(title, at: run.begin)
        var (finished, lastChange) = (0, run.begin)
        while !crew.wait(Self.tick) {
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
}
