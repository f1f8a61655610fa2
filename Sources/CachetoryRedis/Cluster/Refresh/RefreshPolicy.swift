/// When the nodes are asked for the topology. A pure value, which is told of triggers and rounds.
///
/// A round is a question to some nodes at the same time. There is one at a time (single flight), however many callers find
/// that the map is wrong. The gap between two rounds doubles while triggers go on, and grows with the cluster, so that
/// thousands of clients do not keep the nodes busy with it.
package struct RefreshPolicy: Sendable {
    /// The first gap after a quiet time.
    package static let firstGap = Duration.milliseconds(100)

    /// The gap that is not exceeded in a small cluster.
    package static let longGap = Duration.milliseconds(500)

    /// The gap of a large cluster, for each primary: of 1,000 primaries, 2 s.
    package static let gapPerNode = Duration.milliseconds(2)

    /// How many nodes are asked in a second, where triggers go on.
    package static let questionsPerSecond = 6

    /// After this long without a round, the gap is the first one again.
    package static let quietTime = Duration.seconds(10)

    /// A round that brought nothing is repeated for this long after the last trigger: nobody needs the map later.
    package static let attention = Duration.seconds(10)

    /// Between two rounds without a trigger, more or less.
    package static let idlePeriod = Duration.seconds(60)

    /// By how much that period varies, so that clients which started together do not ask together.
    private static let idleVariation = 0.2

    /// After so many rounds in which no node answered, the seeds are asked.
    package static let silentRoundsBeforeSeeds = 2

    private enum Phase {
        case waiting
        /// A round is under way.
        case asking(isIdle: Bool)
    }

    private var phase = Phase.waiting

    /// Whether there was a trigger since the last round began.
    private var isRequested = false

    private var lastTrigger: Timestamp?
    private var lastEnd: Timestamp?

    /// The gap behind the next round.
    private var gap = firstGap

    /// No round begins before, whatever triggers there are.
    private var earliest = Timestamp(nanoseconds: 0)

    /// When the next round begins without a trigger.
    private var idleRound = Timestamp.distantFuture

    /// Rounds in a row in which no node answered.
    package private(set) var silentRounds = 0

    package init() {}

    /// When the next round begins: at once if that has passed; never (`distantFuture`) while one is under way.
    package var next: Timestamp {
        switch phase {
        case .asking: .distantFuture
        case .waiting: isRequested ? earliest : idleRound
        }
    }

    /// Whether the next round comes without a trigger, and so asks one node alone.
    package var isNextIdle: Bool { !isRequested }

    /// The map is wrong, or may be: a trigger. One that comes during a round asks for another one behind it, as the nodes may
    /// have answered before.
    package mutating func request(at now: Timestamp) {
        lastTrigger = now
        isRequested = true
        if case .waiting = phase, earliest <= now, lastEnd.map({ $0 + Self.quietTime <= now }) ?? true {
            gap = Self.firstGap
        }
    }

    package mutating func roundBegan(at now: Timestamp) {
        phase = .asking(isIdle: !isRequested)
        isRequested = false
    }

    /// - Parameters:
    ///   - succeeded: whether a node answered with a topology.
    ///   - asked: how many nodes were asked.
    ///   - nodeCount: how many primaries the cluster has.
    package mutating func roundEnded(
        succeeded: Bool, asked: Int = 2, nodeCount: Int, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) {
        let isIdle = if case .asking(let isIdle) = phase { isIdle } else { false }
        phase = .waiting
        lastEnd = now
        let longest = max(Self.longGap, Self.gapPerNode * max(0, nodeCount))
        gap = min(gap, longest)
        earliest = now + pause(longest: longest, asked: asked, using: &generator)
        if !isIdle { gap = min(gap * 2, longest) }
        let factor = Double.random(in: 1 - Self.idleVariation...1 + Self.idleVariation, using: &generator)
        idleRound = now + Self.idlePeriod * factor
        silentRounds = succeeded ? 0 : silentRounds + 1
        if !succeeded, let lastTrigger, now < lastTrigger + Self.attention { isRequested = true }
    }

    /// The gap, shortened by up to half at random. The longest one is not shortened so much that more nodes would be asked in
    /// a second than should be.
    private func pause(
        longest: Duration, asked: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        var least = gap / 2
        if gap == longest { least = max(least, .seconds(1) * max(0, asked) / Self.questionsPerSecond) }
        // Where that leaves no room for chance, the gap is a little longer.
        let most = max(gap, least + least / 4)
        return .nanoseconds(Int64.random(in: least.nanoseconds...most.nanoseconds, using: &generator))
    }
}
