import CachetoryRedis
import Foundation

/// One use of the program on one backend: sets the keys, warms up, measures, and removes the keys.
struct Session {
    let options: Options
    let interrupt: Interrupt
    let progress: Progress
    /// What went wrong, warm-up included: an early wrong value is as bad as any.
    let faults = FaultLog()

    let workload: Workload

    /// The store that is loaded, with the servers that the program started.
    let target: Target?

    /// The slots and nodes of the keys; nil unless it is a cluster.
    let places: KeyPlaces?

    /// Prints the course of runs with `--soak` and `--chaos`.
    let lines: RunLines

    /// Once a run is over and no answer has come for so long, the rest is given up: a call that never returns must not
    /// withhold the report.
    let patience: Duration

    /// Keys and bytes in one call of the set-up: large enough to be quick, small enough not to stall the store.
    private static let fillKeys = 500
    private static let fillBytes = 1 << 20

    /// - Parameter owners: the nodes of a cluster's slots.
    init(
        _ options: Options, interrupt: Interrupt, progress: Progress, patience: Duration = .seconds(10),
        target: Target? = nil, owners: SlotOwners? = nil, lines: RunLines = RunLines { _ in }
    ) {
        self.options = options
        (self.target, self.lines) = (target, lines)
        self.patience = patience
        self.interrupt = interrupt
        self.progress = progress
        let workload = Workload(options)
        self.workload = workload
        places = owners.map { KeyPlaces(workload.names, owners: $0, parts: Target.primaries) }
    }

    /// Does everything up to the report.
    ///
    /// - Throws: the backend's error, if the keys cannot be set.
    func measure(_ driver: some Driver) throws -> Outcome {
        try fill(driver)
        if options.warmup > .zero {
            let warmup = warmUp(driver)
            if warmup.unanswered > 0 { return warmup }
        }
        guard !interrupt.isRaised else { return Outcome(wasInterrupted: true) }
        var outcome = run(driver)
        if var call = TrackedCall(workload), outcome.unanswered == 0 { checkAll(driver, &call) }
        // The last read of all keys may have found more.
        outcome.chaos?.lostReads = faults.summary.lostReads
        outcome.chaos?.lostInFailover = workload.history?.lostInFailover ?? 0
        return outcome
    }

    /// Removes the keys and closes the backend.
    func cleanUp(_ driver: some Driver) throws {
        defer { driver.close() }
        for batch in batches(size: Self.fillKeys) {
            try driver.deleteMany(batch.map { workload.names[$0] })
        }
    }

    /// Reads all keys once more, when nobody writes them any longer.
    private func checkAll(_ driver: some Driver, _ call: inout TrackedCall) {
        do {
            for batch in batches(size: Self.fillKeys) { try check(Array(batch), driver, &call) }
        } catch {
            faults.add(failure: "the keys could not be read in the end: \(error)")
        }
    }

    private func check(_ keys: [Int], _ driver: some Driver, _ call: inout TrackedCall) throws {
        _ = call.begin(.getMany(keys))
        let answer = try driver.getMany(keys.map { workload.names[$0] })
        if let (key, difference) = call.difference(of: answer, from: keys) {
            faults.add(difference, key: workload.names[key])
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
}
