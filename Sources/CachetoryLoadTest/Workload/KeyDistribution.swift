/// Which keys are asked for, and how often.
enum KeyDistribution: Sendable {
    /// Every key as often as any other.
    case uniform(count: Int)
    /// A few keys very often and most of them rarely, as users do.
    case zipf(ZipfTable)

    /// The number of a key. One random number suffices, so that a choice costs a few nanoseconds.
    func key(using random: inout SplitMix64) -> Int {
        switch self {
        case .uniform(let count): Int(truncatingIfNeeded: random.next().multipliedFullWidth(by: UInt64(count)).high)
        case .zipf(let table): table.key(for: random.next())
        }
    }
}
