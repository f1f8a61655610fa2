extension Option {
    /// More tasks would measure the machine's memory rather than the library.
    private static let taskLimit = 1_000_000

    /// With at most 7 digits, key names fit into strings without heap memory.
    private static let keyLimit = 10_000_000

    /// Every option, in the order of the help.
    static let table: [Option] = [
        Option(
            "--url", "URL", .text,
            "redis://, redis+cluster://, unix://... or memory:// (default: a private redis-server)"
        ) { $0.url = $1 },
        Option(
            "--cluster",
            "start a private cluster of \(Target.primaries) primaries and "
                + "\(Target.primaries * Target.replicasPerPrimary) replicas instead of one server"
        ) { $0.cluster = true },
        Option("--api", "NAME", .name, "async or sync (default: async)") { $0.api = $1 },
        Option("--tasks", "N", .count(1...taskLimit), "tasks, or threads with --api sync (default: 50)") {
            $0.tasks = $1
        },
        Option(
            "--connections", "N", .count(1...65_536),
            "connections at most, to each node of a cluster (default: what the URL says, or 8)"
        ) { $0.connections = $1 },
        Option("--executor", "NAME", .name, "where tasks run: default, or reactor, which reads the replies") {
            $0.executor = $1
        },
        Option("--duration", "TIME", .duration(.milliseconds(1)...durationLimit), "how long to run (default: 10s)") {
            $0.length = .duration($1)
        },
        Option("--requests", "N", .count(1...Int(UInt32.max)), "how many operations to run, instead of --duration") {
            $0.length = .requests($1)
        },
        Option("--workload", "NAME", .name, "get, set, mget, mset or mixed (default: get)") { $0.workload = $1 },
        Option(
            "--read-ratio", "SHARE", .number(0...1),
            "share of reads in the workload mixed (default: 0.9)"
        ) { $0.readRatio = $1 },
        Option("--batch", "N", .count(1...100_000), "keys in one operation of mget and mset (default: 10)") {
            $0.batch = $1
        },
        Option("--keys", "N", .count(1...keyLimit), "different keys, all set beforehand (default: 10000)") {
            $0.keys = $1
        },
        Option("--distribution", "NAME", .name, "how often a key is used: uniform or zipf (default: uniform)") {
            $0.distribution = $1
        },
        Option("--value-size", "N", .count(0...100_000_000), "bytes in a value (default: 100)") { $0.valueSize = $1 },
        Option(
            "--rate", "N", .number(0.001...1e9),
            "operations to start in a second; latency then counts from the intended start (default: no limit)"
        ) { $0.rate = $1 },
        Option(
            "--min-rate", "SHARE", .number(0.001...1), "fail if less than this share of --rate was done, such as 0.95"
        ) {
            $0.minRate = $1
        },
        Option("--warmup", "TIME", .duration(.zero...durationLimit), "run this long before measuring (default: 1s)") {
            $0.warmup = $1
        },
        Option("--seed", "N", .seed, "makes the choice of keys and operations repeatable (default: 1)") {
            $0.seed = $1
        },
        Option("--soak", "print a line each interval, and fail if memory, descriptors or threads grow") {
            $0.soak = true
        },
        Option(
            "--interval", "TIME", .duration(.milliseconds(10)...durationLimit),
            "how long an interval is (default: 10s with --soak, at most a tenth of the run)"
        ) { $0.interval = $1 },
        Option("--chaos", "crash, halt, choke and fill up the private server or cluster, as --seed says; see below") {
            $0.chaos = true
        },
        Option(
            "--slack", "TIME", .duration(.zero...durationLimit),
            "how late a call may be with --chaos (default: 500ms)"
        ) { $0.slack = $1 },
        Option("--format", "NAME", .name, "text or json (default: text)") { $0.format = $1 },
        Option("--report", "FILE", .text, "write the report as an HTML page with plots, too") { $0.report = $1 },
        Option("--help", "print this") { $0.wantsHelp = true },
    ]

    /// Times in nanoseconds, and their sums, stay far from overflowing.
    private static let durationLimit = Duration.seconds(30 * 24 * 3600)
}
