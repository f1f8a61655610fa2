import CachetoryLocking
import CachetorySmallFoundation
import Dispatch

/// What the monitor of a cluster tells what it has found out.
protocol ClusterMapOwner: AnyObject, Sendable {
    /// Whom there is to ask: see ``RefreshCandidates``.
    var topology: ClusterTopology? { get }

    func apply(_ topology: ClusterTopology, begun: Timestamp)
    func noteFailure(_ error: RedisCallError, begun: Timestamp)

    /// Does what is due, and says when there is something to do again.
    func tick(at now: Timestamp) -> Timestamp
}

/// Keeps the map of a cluster up to date, on threads of its own, so that no caller ever waits for more than the answer: with
/// blocking connections, the same for tasks and for threads.
///
/// One thread is the clock. A round of questions has another one, and so has each question, as a node may take its time. Its
/// connections live for one question: between rounds a cluster has no more of them than its callers need.
final class ClusterMonitor: Sendable {
    private struct State {
        var policy = RefreshPolicy()
        var isRoundRunning = false
        var hasStarted = false
        var isStopped = false
        /// The node whose trouble was the reason to ask.
        var failed: RedisClientConfiguration.Address?
        /// When the clock's thread wakes up by itself.
        var wakesAt = Timestamp.distantFuture
    }

    let configuration: RedisClusterConfiguration
    let tls: TLSContextSource?
    private let owner: any ClusterMapOwner
    private let state = Lock(State())
    private let alarm = DispatchSemaphore(value: 0)
    private let questions: QuestionLimit

    init(_ configuration: RedisClusterConfiguration, tls: TLSContextSource?, owner: any ClusterMapOwner) {
        self.configuration = configuration
        self.tls = tls
        self.owner = owner
        questions = QuestionLimit(seeds: configuration.seeds.count)
    }

    /// Something happened that a newer map may explain: there will be one, soon.
    ///
    /// - Parameter failed: the node that gave rise to it.
    func requestRefresh(because failed: RedisClientConfiguration.Address? = nil) {
        let isNew = state.withLock { state in
            if state.isStopped { return false }
            let before = state.policy.next
            state.policy.request(at: .now)
            if let failed { state.failed = failed }
            return startIfNeeded(&state) || !state.isRoundRunning && state.policy.next < min(before, state.wakesAt)
        }
        if isNew { alarm.signal() }
    }

    /// There is something with a deadline that the clock's thread does not know of.
    ///
    /// - Returns: false if there is no such thread, as the system has none left.
    func noteDeadline(_ deadline: Timestamp) -> Bool {
        let (isEarlier, hasStarted) = state.withLock { state in
            (startIfNeeded(&state) || deadline < state.wakesAt, state.hasStarted)
        }
        if isEarlier { alarm.signal() }
        return hasStarted
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        alarm.signal()
    }

    private func startIfNeeded(_ state: inout State) -> Bool {
        if state.hasStarted || state.isStopped { return false }
        // Where the system has no thread left, the next caller tries again.
        state.hasStarted = (try? JoinableThread.startDetached { self.run() }) != nil
        return state.hasStarted
    }

    /// How often a caller who waits tries to have the thread started.
    static let pauseWithoutThread = Duration.milliseconds(100)

    /// In nanoseconds. Thousands of deadlines, one just after the other, are seen to together.
    private static let shortestSleep: Int64 = 1_000_000

    private func run() {
        while true {
            // Whoever comes with a deadline from here on signals, as the look that follows may be too early to see it.
            state.withLock { $0.wakesAt = .distantFuture }
            let due = owner.tick(at: .now)
            let wakesAt = state.withLock { state -> Timestamp? in
                if state.isStopped { return nil }
                startRoundIfDue(&state)
                state.wakesAt = state.isRoundRunning ? due : min(due, state.policy.next)
                return state.wakesAt
            }
            guard let wakesAt else { return }
            if wakesAt == .distantFuture {
                alarm.wait()
            } else {
                let time = max(Self.shortestSleep, wakesAt - .now)
                _ = alarm.wait(timeout: .now() + .nanoseconds(Int(clamping: time)))
            }
        }
    }

    private func startRoundIfDue(_ state: inout State) {
        let now = Timestamp.now
        guard !state.isRoundRunning, state.policy.next <= now else { return }
        var generator = SystemGenerator()
        let candidates = RefreshCandidates(
            of: owner.topology, seeds: configuration.seeds, failed: state.failed.take(),
            silentRounds: state.policy.silentRounds, isIdle: state.policy.isNextIdle, using: &generator)
        state.policy.roundBegan(at: now)
        do {
            try JoinableThread.startDetached { self.runRound(candidates, begun: now) }
            state.isRoundRunning = true
        } catch {
            // The system has no thread left.
            endRound(&state, succeeded: false, asked: 0)
        }
    }

    private func runRound(_ candidates: RefreshCandidates, begun: Timestamp) {
        let round = RefreshRound(configuration, tls: tls, questions)
        let result = round.ask(candidates)
        switch result {
        case .success(let topology): owner.apply(topology, begun: begun)
        case .failure(let error): owner.noteFailure(error, begun: begun)
        }
        state.withLock { endRound(&$0, succeeded: result.error == nil, asked: round.asked) }
        alarm.signal()
    }

    private func endRound(_ state: inout State, succeeded: Bool, asked: Int) {
        var generator = SystemGenerator()
        state.isRoundRunning = false
        state.policy.roundEnded(
            succeeded: succeeded, asked: asked, nodeCount: owner.topology?.shards.count ?? 0, at: .now,
            using: &generator)
    }
}
