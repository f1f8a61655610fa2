/// The figures of a run, in the form that `--format json` prints.
struct Report: Codable, Equatable {
    struct Latency: Codable, Equatable, Sendable {
        var p50, p90, p99, p999, max: Double
    }

    /// The store, without a password.
    var url: String
    var api: String
    var workload: String
    var tasks: Int
    /// At most; in a cluster to each node.
    var connections: Int
    /// Operations that ended well, maybe with a wrong value; an operation on several keys counts as one.
    var operations: Int
    var errors: Int
    var wrongValues: Int
    var seconds: Double
    var opsPerSecond: Double
    /// Operations that were to start in a second; nil in a closed loop.
    var rate: Double?
    /// Processor time of this process in microseconds, in user code and in the system, for each operation.
    var clientCPUPerOperation: Double
    /// In microseconds.
    var latency: Latency
    /// Peak resident memory of this process, in units of a million bytes.
    var maxRSS: Double
    /// Operations of an open loop that were due but never started.
    var notStarted: Int
    /// Whether the run was ended before its time.
    var interrupted: Bool
    /// How often each error occurred.
    var errorKinds: [String: Int]
    /// The first wrong values, in words.
    var wrongValueExamples: [String]
    /// The nodes of a cluster that were used; nil of any other store.
    var nodes: [Node]?
    /// The run in its intervals, without gaps.
    var intervals: [IntervalSample] = []
    /// What has grown and what not; nil where the run is too short to tell, or was not to be judged.
    var drift: Drift?
    /// What was done to the server; nil without --chaos.
    var chaos: Chaos?
    /// Why the run is a failure, in words, besides errors and wrong values.
    var failures: [String] = []
    /// What it ran on; nil if not determined.
    var environment: RunEnvironment?

    enum CodingKeys: String, CodingKey {
        case url, api, workload, tasks, connections, operations, errors, seconds, interrupted
        case nodes, intervals, drift, chaos, failures, rate, environment
        case wrongValues = "wrong_values"
        case opsPerSecond = "ops_per_second"
        case clientCPUPerOperation = "client_cpu_us_per_op"
        case latency = "latency_us"
        case maxRSS = "max_rss_mb"
        case notStarted = "not_started"
        case errorKinds = "error_kinds"
        case wrongValueExamples = "wrong_value_examples"
    }

    /// Whether nothing went wrong: no error except under chaos, no wrong value, no failure, and an operation was done
    /// unless the user ended it.
    var isSuccess: Bool {
        (errors == 0 || chaos != nil) && wrongValues == 0 && failures.isEmpty && (operations > 0 || interrupted)
    }
}
