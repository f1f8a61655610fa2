/// In which steps of a run calls succeed. A pure value.
struct Availability: Sendable {
    /// The length of a step, in nanoseconds.
    static let step: UInt64 = 100_000_000

    private let begin: UInt64
    /// The last step in which a call has succeeded.
    private var lastStep = -1
    private var successfulSteps = 0

    init(begin: UInt64) {
        self.begin = begin
    }

    /// A call has succeeded; it is ignored if a later step already counts.
    mutating func noteSuccess(at time: UInt64) {
        let step = Int((time - begin) / Self.step)
        guard step > lastStep else { return }
        lastStep = step
        successfulSteps += 1
    }

    /// The share of steps since the beginning in which a call has succeeded.
    func share(until end: UInt64) -> Double {
        let steps = max(1, (end - begin + Self.step - 1) / Self.step)
        return min(1, Double(successfulSteps) / Double(steps))
    }
}
