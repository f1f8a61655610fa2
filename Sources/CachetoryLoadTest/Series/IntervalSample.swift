/// What a run did in one interval of it, and what the process held at its end.
///
/// A report plots a series of these, in the order of time and without gaps.
struct IntervalSample: Codable, Equatable, Sendable {
    /// Seconds from the run's begin to the interval's.
    var begin: Double
    /// How long it was.
    var seconds: Double
    /// Operations that ended well in it.
    var operations: Int
    var opsPerSecond: Double
    /// Of these operations, in microseconds; all zero if there were none.
    var latency: Report.Latency
    var errors: Int
    var wrongValues: Int
    /// Resident memory of this process, in units of a million bytes.
    var memory: Double?
    /// Open file descriptors of this process.
    var descriptors: Int?
    var threads: Int?
    /// Connections that the server had; nil where it is not looked at, or did not answer.
    var connections: Int?

    /// Seconds from the run's begin to the interval's end.
    var end: Double { begin + seconds }

    enum CodingKeys: String, CodingKey {
        case begin, seconds, operations, errors, descriptors, threads
        case opsPerSecond = "ops_per_second"
        case latency = "latency_us"
        case wrongValues = "wrong_values"
        case memory = "rss_mb"
        case connections = "server_connections"
    }
}
