/// Failures, one after the other, of which the first one says since when there is no hope. Those that are far apart are no
/// outage: what there was long ago nobody has looked at since. A pure value.
struct Outage {
    private var first: Timestamp?
    private var last = Timestamp(nanoseconds: 0)

    /// - Parameter begun: when the attempt began that has failed.
    mutating func fail(begun: Timestamp, at now: Timestamp) {
        first = since(at: begun) ?? begun
        last = now
    }

    /// When it began, if it goes on.
    func since(at now: Timestamp) -> Timestamp? {
        last + ConnectCircuitBreaker.attention > now ? first : nil
    }
}
