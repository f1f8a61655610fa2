/// What the command line asks for.
struct Options: Sendable, Equatable {
    /// The store to load; nil starts a private server.
    var url: String?
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
    /// Operations to start in a second, whatever the answers; nil starts each when the one before is answered.
    var rate: Double?
    /// The share of ``rate`` below which the run fails; nil is none.
    var minRate: Double?
    var warmup = Duration.seconds(1)
    var seed: UInt64 = 1
    var format = Format.text
    /// Where to write the report as a page with plots; nil is nowhere.
    var report: String?
    /// Whether the run is a long one, told in intervals, in whose course nothing may grow.
    var soak = false
    /// How long an interval is; nil is what suits the run.
    var interval: Duration?
    /// Whether the private server is crashed, halted and more while it is loaded.
    var chaos = false
    /// How late a call may end while it is.
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
    /// The thread that reads the replies, so that a reply changes no thread.
    case reactor
}

/// How the report is printed.
enum Format: String, CaseIterable, Sendable {
    case text
    case json
}
