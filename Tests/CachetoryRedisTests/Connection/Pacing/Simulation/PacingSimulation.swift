import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport

/// A connection without a socket, its callers, an executor, the reactor, a network and a server, in virtual time.
///
/// It does with `Pacing` and `Exchange` what `Connection` does, and looks after each event at what must always hold.
final class PacingSimulation {
    enum Event {
        /// A caller goes on.
        case ready(caller: Int)
        case leaves(request: Int)
        case writeEnded(requests: [Int])
        case requestsArrived([Int])
        case served([Int])
        case repliesArrived([Int])
        case delivered(Pacing.Actions, byFollower: Bool)
        case reactorWakes
        case threadIsFree
        case spinEnded(number: Int)
        /// The reactor hears of it though it does not watch, as of a connection that has ended.
        case hungUp
        case isNoLongerStarved(Job)
    }

    /// What stands in the executor's queue.
    enum Job { case caller(Int), follower, writer }

    struct Pending {
        let caller: Int
        let number: UInt64
        let since: Timestamp
        var hasLeft = false
    }

    let scenario: Scenario
    var random: SeededGenerator
    var now = Timestamp(nanoseconds: 0)
    var events = EventQueue<Event>()

    // The connection.
    var exchange = Exchange<Int>()
    var pacing = Pacing()
    var isWatching = true
    var isDelivering = false
    var isReactorBusy = false
    var timer = Timestamp.distantFuture

    // Its peer, and what is on its way from there.
    var serverQueue: [Int] = []
    var isServerBusy = false
    var arrived: [Int] = []

    // The threads.
    var jobs = RingBuffer<Job>()
    var freeThreads = 2
    var hasFollower = false
    var hasWriter = false
    var spinning: Int?
    var spins = 0
    var reactorSpinsUntil = Timestamp(nanoseconds: 0)
    var reactorJobs: [Int] = []
    var awaitsIterationEnd = false

    // The callers.
    var remaining: [Int]
    var pending: [Int: Pending] = [:]
    var added = 0

    /// What held for how long: requests were corked, or waited with nothing in flight.
    private var corkedSince: Timestamp?
    private var idleSince: Timestamp?
    var lastWritten = -1
    var lastAnswered = -1
    private(set) var result = Result()

    struct Result {
        var violations: [String] = []
        var answered = 0
        var writes = 0
        var written = 0
        var latency: Int64 = 0
        var end = Timestamp(nanoseconds: 0)
    }

    /// Nothing is corked for longer, in nanoseconds: see DESIGN.md, "The hot path".
    static let corkLimit = LeaderFollowers.longPatience + LeaderFollowers.patience

    init(_ scenario: Scenario) {
        self.scenario = scenario
        random = SeededGenerator(seed: scenario.seed)
        remaining = Array(repeating: scenario.requests, count: scenario.callers)
    }

    func run() -> Result {
        for caller in 0..<scenario.callers {
            events.add(
                .ready(caller: caller), at: now + Int64.random(in: 0...scenario.thinkTime + 20_000, using: &random))
        }
        var handled = 0
        while result.violations.isEmpty, let (event, time) = events.popFirst() {
            now = time
            handled += 1
            expect(handled < 1_000_000, "there is no end of it")
            checkTimes()
            handle(event)
            checkState()
        }
        result.end = now
        let left = remaining.reduce(0, +)
        if left > 0 { report("\(left) requests were never answered") }
        return result
    }

    func note(written requests: [Int]) {
        result.writes += 1
        result.written += requests.count
        for request in requests {
            expect(request > lastWritten, "\(request) was written behind \(lastWritten)")
            expect(pending[request] != nil, "\(request) was written though it was withdrawn")
            lastWritten = request
        }
    }

    func note(answered request: Int, to waiter: Int) {
        expect(request == waiter, "\(waiter) got the reply to \(request)")
        expect(request > lastAnswered, "\(request) was answered behind \(lastAnswered)")
        lastAnswered = request
        guard let answered = pending.removeValue(forKey: request), !answered.hasLeft else { return }
        result.answered += 1
        result.latency += now - answered.since
    }
}

// MARK: - What must always hold

extension PacingSimulation {
    func expect(_ condition: Bool, _ violation: @autoclosure () -> String) {
        if !condition { report(violation()) }
    }

    private func report(_ violation: String) {
        result.violations.append("at \(now.nanoseconds / 1000) µs: \(violation)")
    }

    /// No request stays unwritten for longer than it may.
    private func checkTimes() {
        if let corkedSince { expect(now - corkedSince <= Self.corkLimit, "corked for too long") }
        if let idleSince { expect(now - idleSince <= Self.corkLimit, "unwritten though nothing was in flight") }
    }

    private func checkState() {
        let backlog = exchange.backlog
        corkedSince = backlog.mayWrite && pacing.isCorked ? corkedSince ?? now : nil
        idleSince = backlog.mayWrite && backlog.inFlight == backlog.requests ? idleSince ?? now : nil
        // Somebody reads, or will.
        if pacing.isReactorReading {
            expect(isWatching || isDelivering, "the reactor leads, and does not watch")
        } else {
            expect(hasFollower || isDelivering, "nobody reads")
            expect(!scenario.hasTimers || isDelivering || timer != .distantFuture, "nobody looks after the follower")
        }
    }
}
