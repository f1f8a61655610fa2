import CachetoryRedis

/// What a key may hold to which one caller writes rising numbers, one after the other. A pure value.
struct KeyHistory {
    typealias Moment = ContinuousClock.Instant

    enum Verdict: Equatable {
        case right
        /// These were acknowledged, and are gone: when they were.
        case lost([Moment])
        /// What it holds was never written there, so far as anybody was told.
        case wrong(String)
    }

    private(set) var last = 0

    /// Those that were acknowledged, of the last ones, in order.
    private var acknowledged: [(number: Int, at: Moment)] = []

    /// Those which may have been executed, or be yet.
    private var uncertain: Set<Int> = []

    /// So many acknowledgements are kept: those of the last seconds.
    private static let limit = 2000

    /// The next number to write.
    mutating func begin() -> Int {
        last += 1
        return last
    }

    mutating func acknowledge(_ number: Int, at moment: Moment) {
        acknowledged.append((number, moment))
        if acknowledged.count > Self.limit { acknowledged.removeFirst(Self.limit / 2) }
    }

    mutating func fail(_ number: Int, _ outcome: RedisCallError.Outcome) {
        if outcome == .unknown { uncertain.insert(number) }
    }

    /// Judges what was found; nil if there was nothing.
    mutating func check(_ found: Int?) -> Verdict {
        let found = found ?? 0
        let newest = acknowledged.last?.number ?? 0
        if found == newest || uncertain.contains(found) { return .right }
        guard found < newest, found == 0 || acknowledged.contains(where: { $0.number == found }) else {
            return .wrong("\(found) where \(newest) was acknowledged last and \(last) begun")
        }
        let lost = acknowledged.filter { $0.number > found }.map(\.at)
        // They are told once.
        acknowledged.removeAll { $0.number > found }
        return .lost(lost)
    }
}
