/// What was done to the server, and when the workload was served again.
struct ChaosEvent: Codable, Equatable, Sendable {
    var kind: ChaosKind
    /// Seconds from the run's begin.
    var at: Double
    /// Seconds until the server answered as before.
    var seconds: Double
    /// Milliseconds from then to the first call that succeeded: a write where writes had been refused. Nil if there was
    /// none in time.
    var recovery: Double?

    enum CodingKeys: String, CodingKey {
        case kind, at, seconds
        case recovery = "recovery_ms"
    }

    /// One line for people.
    var text: String {
        let begin = "\(NumberText.fixed(at, 1)) s".rightAligned(in: 9)
        let time = "\(NumberText.fixed(seconds, 2)) s".rightAligned(in: 7)
        let end = recovery.map { "first success after \(NumberText.fixed($0, 1)) ms" } ?? "no success in time"
        return "\(begin)  chaos: \(kind.rawValue.padded(to: 13)) \(time), \(end)"
    }
}
