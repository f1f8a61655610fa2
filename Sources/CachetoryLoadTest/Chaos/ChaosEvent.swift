/// One injected fault, and when the workload was served again.
struct ChaosEvent: Codable, Equatable, Sendable {
    var kind: ChaosKind
    /// Seconds from the run's begin.
    var at: Double
    /// Seconds until the server answered as before; in a cluster, until a node served the affected slots.
    var seconds: Double
    /// Milliseconds from then to the first successful call, a write if writes had been refused or a primary was replaced; nil
    /// if none came in time.
    var recovery: Double?
    /// Failed calls that began after this event's begin and before the next one's.
    var errors = 0

    enum CodingKeys: String, CodingKey {
        case kind, at, seconds, errors
        case recovery = "recovery_ms"
    }

    /// One line for people, starting with the time of the event.
    var text: String {
        "\(Self.column(at))  \(name) \(length), \(end)"
    }

    /// The same during the run: like all lines then, it starts with the time of writing.
    ///
    /// - Parameter now: in seconds from the run's begin.
    func text(toldAt now: Double) -> String {
        "\(Self.column(now))  \(name) \(length) from \(NumberText.fixed(at, 1)) s on, \(end)"
    }

    private static func column(_ seconds: Double) -> String {
        "\(NumberText.fixed(seconds, 1)) s".rightAligned(in: 9)
    }

    private var name: String { "chaos: \(kind.rawValue.padded(to: 13))" }

    private var length: String { "\(NumberText.fixed(seconds, 2)) s".rightAligned(in: 7) }

    private var end: String {
        recovery.map { "first success after \(NumberText.fixed($0, 1)) ms" } ?? "no success in time"
    }
}
