/// Whether so few threads make calls that each of them may keep a processor busy while it waits for its reply.
package struct QuietLeases: Sendable {
    /// After so many leases in a row that left a processor to the others, it is quiet. Less may be chance, and a thread
    /// that spins where others want to run costs more than it gains.
    package static let needed = 32

    private let mostAtOnce: Int
    private var inRow = 0

    package init(mostAtOnce: Int = Lingering.mostAtOnce) {
        self.mostAtOnce = mostAtOnce
    }

    /// Another lease is given, so that there are so many now.
    ///
    /// - Returns: whether it is quiet.
    package mutating func add(lent: Int) -> Bool {
        inRow = lent <= mostAtOnce ? min(inRow + 1, Self.needed) : 0
        return inRow == Self.needed
    }
}
