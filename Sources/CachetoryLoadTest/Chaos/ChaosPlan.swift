/// An endless schedule of faults of a server or a cluster. A pure value: the same seed makes the same plan.
struct ChaosPlan: Sequence, IteratorProtocol, Sendable {
    struct Step: Equatable, Sendable {
        /// The pause before this fault, in milliseconds.
        let rest: UInt64
        let kind: ChaosKind
        /// How long it lasts, in milliseconds.
        let time: UInt64
        /// Chooses the target, such as a connection.
        let chance: UInt64
    }

    private let subject: ChaosSubject
    private var random: SplitMix64
    /// The kinds still to come before any repeats.
    private var deck: [ChaosKind] = []

    /// Mostly enough for the workload to recover.
    private static let rest: ClosedRange<UInt64> = 100...1500

    init(seed: UInt64, on subject: ChaosSubject) {
        self.subject = subject
        random = SplitMix64(seed: seed)
    }

    mutating func next() -> Step? {
        if deck.isEmpty { deck = subject.kinds.shuffled(using: &random) }
        let kind = deck.removeLast()
        return Step(
            rest: .random(in: Self.rest, using: &random), kind: kind,
            time: .random(in: subject.milliseconds(of: kind), using: &random), chance: random.next())
    }
}
