/// What the command line asks for.
struct Options: Sendable, Equatable {
    /// The store to load; nil starts a private server.
    var url: String?
    /// Whether a private cluster is started instead.
    var cluster = false
    var api = API.async
    var tasks = 50
    /// How many connections the backend may open; nil is what the URL says, or else the library's default.
    var connections: Int?
    /// Where the tasks of an async run are executed.
    var executor = ExecutorKind.default
    var length = RunLength.duration(.seconds(10))
    var workload = WorkloadKind.get
    /// The share of reads in the workload `mixed`.
    var readRatio = 0.9
    /// Keys in one operation of the workloads `mget` and `mset`.
    var batch = 10
    var keys = 10_000
    var distribution = DistributionKind.uniform
    /// The size of every value in bytes.
    var valueSize = 100
    /// Operations to start in a second of an open loop; nil is a closed loop.
    var rate: Double?
    /// The share of ``rate`` below which the run fails; nil is none.
    var minRate: Double?
    var warmup = Duration.seconds(1)
    var seed: UInt64 = 1
    var format = Format.text
    /// Where to write the report as a page with plots; nil is nowhere.
    var report: String?
    /// Whether it is a soak test: printed in intervals, and no resource may grow.
    var soak = false
    /// How long an interval is; nil chooses for the run.
    var interval: Duration?
    /// Whether faults are injected into the private server or cluster under load.
    var chaos = false
    /// How late a call may end meanwhile.
    var slack = ChaosLimits.slack
    var wantsHelp = false
}

/// When a run is over.
enum RunLength: Sendable, Equatable {
    case duration(Duration)
    case requests(Int)
}

/// How often each key is used.
enum DistributionKind: String, CaseIterable, Sendable {
    case uniform
    case zipf
}

/// What executes the tasks of an async run.
enum ExecutorKind: String, CaseIterable, Sendable {
    /// The threads that Swift keeps for all tasks.
    case `default`
    /// The thread that reads the replies, so that no reply switches threads.
    case reactor
}

/// How the report is printed.
enum Format: String, CaseIterable, Sendable {
    case text
    case json
}
