/// What is done to the server and when, without end. A pure value: the same seed makes the same plan.
struct ChaosPlan: Sequence, IteratorProtocol, Sendable {
    struct Step: Equatable, Sendable {
        /// How long to leave the server alone before, in milliseconds.
        let rest: UInt64
        let kind: ChaosKind
        /// How long it lasts, in milliseconds.
        let time: UInt64
        /// Chooses among what there is then, such as connections.
        let chance: UInt64
    }

    private var random: SplitMix64
    /// The kinds that are still to come before any comes again.
    private var deck: [ChaosKind] = []

    /// Mostly enough for the workload to be as before.
    private static let rest: ClosedRange<UInt64> = 100...1500

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func next() -> Step? {
        if deck.isEmpty { deck = ChaosKind.allCases.shuffled(using: &random) }
        let kind = deck.removeLast()
        return Step(
            rest: .random(in: Self.rest, using: &random), kind: kind,
            time: .random(in: kind.milliseconds, using: &random), chance: random.next())
    }
}
