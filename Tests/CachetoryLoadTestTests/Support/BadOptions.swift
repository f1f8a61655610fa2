import Testing

/// A command line that is refused, and the option that the error must name.
struct BadOptions: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let named: String

    var testDescription: String { arguments.joined(separator: " ") }

    static let all: [BadOptions] =
        [
            "--url=", "--url", "--api both", "--api", "--tasks 0", "--tasks -1", "--tasks many", "--tasks 1000001",
            "--tasks 99999999999999999999", "--tasks 99999M", "--tasks 1.5", "--tasks=", "--connections 0",
            "--duration 0", "--duration -1s", "--duration 5days", "--duration nan", "--duration inf",
            "--duration 1e300", "--requests 0", "--requests 1x", "--workload scan", "--read-ratio 0.5", "--keys 0",
            "--keys 20M", "--distribution normal", "--value-size -1", "--value-size 1000M", "--rate 0", "--rate -5",
            "--rate nan", "--rate inf", "--executor main", "--warmup soon", "--seed -1", "--seed x", "--format xml",
            "--batch 5", "--tsaks 5", "--help=yes", "-x", "tasks", "5",
        ].map { line in
            let arguments = line.split(separator: " ").map(String.init)
            return BadOptions(arguments: arguments, named: String(arguments[0].prefix { $0 != "=" }))
        } + [
            BadOptions(arguments: ["--duration", "1s", "--requests", "5"], named: "--requests"),
            BadOptions(arguments: ["--workload", "mixed", "--read-ratio", "1.1"], named: "--read-ratio"),
            BadOptions(arguments: ["--workload", "mget", "--batch", "0"], named: "--batch"),
            BadOptions(arguments: ["--api", "sync", "--tasks", "20000"], named: "--tasks"),
            BadOptions(arguments: ["--api", "sync", "--executor", "reactor"], named: "--executor"),
            BadOptions(arguments: ["--tasks", "5", ""], named: ""),
            BadOptions(arguments: ["--chaos", "--url", "redis://127.0.0.1"], named: "--chaos"),
            BadOptions(arguments: ["--cluster", "--chaos", "--url", "redis+cluster://127.0.0.1"], named: "--cluster"),
            BadOptions(arguments: ["--chaos", "--url", "redis+cluster://127.0.0.1"], named: "--chaos"),
            BadOptions(arguments: ["--cluster", "--url", "redis://127.0.0.1"], named: "--cluster"),
            BadOptions(arguments: ["--chaos", "--requests", "5"], named: "--requests"),
            BadOptions(arguments: ["--chaos", "--value-size", "7"], named: "--value-size"),
            BadOptions(arguments: ["--chaos", "--rate", "10"], named: "--rate"),
            BadOptions(arguments: ["--soak", "--requests", "5"], named: "--requests"),
            BadOptions(arguments: ["--soak", "--duration", "4s", "--interval", "1s"], named: "--interval"),
            BadOptions(arguments: ["--interval", "0"], named: "--interval"),
            BadOptions(arguments: ["--slack", "1s"], named: "--slack"),
            BadOptions(arguments: ["--min-rate", "0.9"], named: "--min-rate"),
            BadOptions(arguments: ["--rate", "5", "--min-rate", "1.1"], named: "--min-rate"),
        ]
}
