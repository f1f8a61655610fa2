import Foundation

/// One task or thread: chooses its operations, takes their times and checks their answers. It calls nothing itself, so
/// that the loops over both kinds of backends share it.
struct Worker {
    private let run: Run
    private var random: SplitMix64
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
        run.workload.operation(using: &random)
    }

    /// Is told when values of an operation are ready to be sent.
    mutating func didPrepare(bytes: Int) {
        skipTime(bytes: bytes)
        if run.schedule == nil { start = now }
    }

    /// Is told when an operation has ended well.
    mutating func didFinish() {
        now = MonotonicClock.now()
        run.latencies.record(now - min(start, now))
    }

    /// Is told when an operation has failed.
    mutating func didFail(_ error: any Error) {
        now = MonotonicClock.now()
        // Tasks are cancelled when the user stops the run, and only then.
        if run.wasStopped, error is CancellationError { return }
        run.faults.add(error)
    }

    /// Compares the answer to a read with what was stored.
    mutating func check(_ answer: Data?, _ key: Int) {
        if let difference = run.workload.difference(of: answer, from: key) {
            run.faults.add(difference, key: run.workload.names[key])
        }
        skipTime(bytes: answer?.count ?? 0)
    }

    /// Compares the answer to a read of several keys with what was stored.
    mutating func check(_ answer: [(key: String, value: Data)], _ keys: [Int]) {
        if let (key, difference) = run.workload.difference(of: answer, from: keys) {
            run.faults.add(difference, key: run.workload.names[key])
        }
        skipTime(bytes: answer.reduce(0) { $0 + $1.value.count })
    }

    /// Compares the answer to a write with the only one that there should be.
    func check(wasSet: Bool) {
        if !wasSet { run.faults.add(errors: 1, "a write answered that nothing was set") }
    }

    private mutating func skipTime(bytes: Int) {
        if bytes > Self.unnoticedSize { now = MonotonicClock.now() }
    }
}
