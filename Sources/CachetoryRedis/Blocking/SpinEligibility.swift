/// Whether so few threads make calls that each of them may spin, and keep a processor busy, while it waits for its reply.
package struct SpinEligibility: Sendable {
    /// After so many leases in a row that left a processor to the others, they may. Less may be chance, and a thread that
    /// spins where others want to run costs more than it gains.
    package static let needed = 32

    private let maxSpinners: Int
    private var inRow = 0

    package init(maxSpinners: Int = SpinPolicy.maxSpinners) {
        self.maxSpinners = maxSpinners
    }

    /// Another lease is given, so that there are so many now.
    ///
    /// - Returns: whether its thread may spin.
    package mutating func add(lent: Int) -> Bool {
        inRow = lent <= maxSpinners ? min(inRow + 1, Self.needed) : 0
        return inRow == Self.needed
    }
}
