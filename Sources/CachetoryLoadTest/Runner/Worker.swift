import Foundation

/// One task or thread: chooses its operations, takes their times and checks their answers. It makes no calls itself, so
/// that the async and sync loops share it.
struct Worker {
    private let run: Run
    private var random: SplitMix64
    /// The call that is under way, in a run with --chaos; nil in any other.
    private var call: WatchedCall?
    /// The current operation on a cluster, which counts for its node; nil on any other store.
    private var operation: Operation?
    private var tickets: Range<Int> = 0..<0
    /// When the operation was, or was to be, started.
    private var start: UInt64 = 0
    /// The last reading of the clock. The end of one operation is the start of the next: one reading does for both.
    private var now: UInt64

    /// Preparing or checking more bytes than this takes as long as reading the clock, and must not count as latency.
    private static let unnoticedSize = 1024

    init(_ run: Run, number: Int) {
        self.run = run
        random = SplitMix64(seed: run.seed, stream: number)
        call = WatchedCall(run)
        now = MonotonicClock.now()
    }

    /// Goes on to the next operation.
    ///
    /// - Returns: when it is to start, maybe in the future; nil if the run is over.
    mutating func advance() -> UInt64? {
        guard !run.isOver(at: now) else { return nil }
        start = now
        if let all = run.tickets {
            if tickets.isEmpty { tickets = all.take() }
            guard let ticket = tickets.popFirst() else { return nil }
            if let schedule = run.schedule { start = schedule.start(of: ticket) }
            guard !run.isOver(at: start) else { return nil }
        }
        return start
    }

    /// How long to wait before starting at a time that ``advance()`` has returned; nil if it is time.
    func pause(before time: UInt64) -> UInt64? {
        time > now ? time - now : nil
    }

    /// Chooses what to do now.
    mutating func chooseOperation() -> Operation {
        var operation = run.workload.operation(using: &random)
        if let similar = call?.begin(operation) { operation = similar }
        if run.nodes != nil { self.operation = operation }
        return operation
    }

    /// The value to write to a key now.
    func value(of key: Int) -> Data {
        call?.tracked.value(of: key) ?? run.workload.value(of: key)
    }

    /// The items to write to keys now.
    func items(_ keys: [Int]) -> [(key: String, value: Data)] {
        call?.tracked.items(keys) ?? run.workload.items(keys)
    }

    /// Is told when values of an operation are ready to be sent.
    mutating func didPrepare(bytes: Int) {
        skipTime(bytes: bytes)
        if run.schedule == nil { start = now }
    }

    /// Is told when an operation has ended well.
    mutating func didFinish() {
        now = MonotonicClock.now()
        let latency = now - min(start, now)
        run.latencies.record(latency)
        if let operation { run.nodes?.record(operation, latency) }
        call?.didSucceed(at: now)
    }

    /// Is told when an operation has failed.
    ///
    /// - Returns: how long to pause before the next one, in nanoseconds.
    mutating func didFail(_ error: any Error) -> UInt64? {
        now = MonotonicClock.now()
        call?.end(with: error)
        // Tasks are cancelled when the user stops the run, and only then.
        if run.wasStopped, error is CancellationError { return nil }
        run.faults.add(error)
        if let operation { run.nodes?.noteFailure(of: operation, error) }
        guard let call else { return nil }
        call.noteFailure(error, at: now)
        if !ChaosErrors.explain(error) {
            let time = NumberText.fixed(Double(now - run.begin) / 1e9, 1)
            run.faults.add(failure: "an error at \(time) s that no chaos explains: \(error)")
        }
        return ChaosLimits.pauseAfterError.nanoseconds
    }

    /// Is told when the pause after a failure is over.
    mutating func didPause() {
        now = MonotonicClock.now()
    }

    /// Compares the answer to a read with what was stored.
    mutating func check(_ answer: Data?, _ key: Int) {
        let difference =
            if let call { call.tracked.difference(of: answer, from: key) } else {
                run.workload.difference(of: answer, from: key)
            }
        if let difference {
            run.faults.add(difference, key: run.workload.names[key])
        }
        skipTime(bytes: answer?.count ?? 0)
    }

    /// Compares the answer to a read of several keys with what was stored.
    mutating func check(_ answer: [(key: String, value: Data)], _ keys: [Int]) {
        let difference =
            if let call { call.tracked.difference(of: answer, from: keys) } else {
                run.workload.difference(of: answer, from: keys)
            }
        if let (key, difference) = difference {
            run.faults.add(difference, key: run.workload.names[key])
        }
        skipTime(bytes: answer.reduce(0) { $0 + $1.value.count })
    }

    /// Checks the answer to a write: only one is right.
    func check(wasSet: Bool) {
        guard !wasSet else { return }
        let text = "a write answered that nothing was set"
        run.faults.add(errors: 1, text)
        if call != nil { run.faults.add(failure: text) }
    }

    private mutating func skipTime(bytes: Int) {
        if bytes > Self.unnoticedSize { now = MonotonicClock.now() }
    }
}
