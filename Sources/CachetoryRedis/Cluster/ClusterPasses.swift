/// How often something is done on all primaries until the cluster was the same before and afterwards. A pure value.
///
/// What moves once evades one pass at most: during the other it is where it is. After three, slots move faster than that.
struct ClusterPasses {
    static let limit = 3

    /// When a pass that has failed is the last one. One that has succeeded may have taken longer, for there are many keys.
    private let deadline: Timestamp

    private var count = 0
    private var failure: (any Error)?

    init(until deadline: Timestamp) {
        self.deadline = deadline
    }

    mutating func succeed() {
        count += 1
        failure = nil
    }

    mutating func fail(_ error: any Error) {
        count += 1
        failure = error
    }

    /// Until when to wait for a newer map after a pass; nil for as long as for any answer.
    var patience: Timestamp? { failure == nil ? nil : deadline }

    /// Whether that was the last pass.
    ///
    /// - Parameter hasChanged: whether slots were moved meanwhile, or are on their way.
    /// - Throws: what failed in it.
    func isOver(hasChanged: Bool, at now: Timestamp) throws -> Bool {
        let mayGoOn = failure == nil || now < deadline
        if hasChanged, mayGoOn, count < Self.limit { return false }
        if let failure { throw failure }
        return true
    }
}
