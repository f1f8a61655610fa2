import Testing

@testable import LoadTest

@Suite(.timeLimit(.minutes(5)))
struct OptionsTests {
    @Test func `without arguments there are defaults`() throws {
        let options = try Options(arguments: [])
        #expect(options == Options())
        #expect(options.length == .duration(.seconds(10)))
    }

    /// The defaults, but for a change.
    private static func with(_ change: (inout Options) -> Void) -> Options {
        var options = Options()
        change(&options)
        return options
    }

    private static let commandLines: [([String], Options)] = [
        (["--url", "redis://h"], with { $0.url = "redis://h" }),
        (["--api", "sync"], with { $0.api = .sync }),
        (["--tasks", "200"], with { $0.tasks = 200 }),
        (["--tasks", "10k"], with { $0.tasks = 10_000 }),
        (["--tasks=3"], with { $0.tasks = 3 }),
        (["--tasks", "1", "--tasks", "2"], with { $0.tasks = 2 }),
        (["--connections", "2"], with { $0.connections = 2 }),
        (["--duration", "2"], with { $0.length = .duration(.seconds(2)) }),
        (["--duration", "1.5s"], with { $0.length = .duration(.milliseconds(1500)) }),
        (["--duration", "250ms"], with { $0.length = .duration(.milliseconds(250)) }),
        (["--duration", "2m"], with { $0.length = .duration(.seconds(120)) }),
        (["--duration", "1h"], with { $0.length = .duration(.seconds(3600)) }),
        (["--requests", "1M"], with { $0.length = .requests(1_000_000) }),
        (["--workload", "mget", "--batch", "3"], with { ($0.workload, $0.batch) = (.mget, 3) }),
        (["--workload", "mixed", "--read-ratio", "0.25"], with { ($0.workload, $0.readRatio) = (.mixed, 0.25) }),
        (["--keys", "5"], with { $0.keys = 5 }),
        (["--distribution", "zipf"], with { $0.distribution = .zipf }),
        (["--value-size", "0"], with { $0.valueSize = 0 }),
        (["--rate", "2.5k"], with { $0.rate = 2500 }),
        (["--executor", "reactor"], with { $0.executor = .reactor }),
        (["--warmup", "0"], with { $0.warmup = .zero }),
        (["--seed", "18446744073709551615"], with { $0.seed = .max }),
        (["--format", "json"], with { $0.format = .json }),
        (["--soak"], with { $0.soak = true }),
        (["--interval", "2s"], with { $0.interval = .seconds(2) }),
        (["--chaos"], with { ($0.chaos, $0.workload, $0.readRatio) = (true, .mixed, 0.5) }),
        (
            ["--chaos", "--slack", "1s"],
            with { ($0.chaos, $0.workload, $0.readRatio, $0.slack) = (true, .mixed, 0.5, .seconds(1)) }
        ),
        (["--chaos", "--workload", "set"], with { ($0.chaos, $0.workload) = (true, .set) }),
        (["--help"], with { $0.wantsHelp = true }),
        (["-h"], with { $0.wantsHelp = true }),
    ]

    @Test(arguments: commandLines)
    func `an option changes what it names and nothing else`(arguments: [String], expected: Options) throws {
        #expect(try Options(arguments: arguments) == expected)
    }

    @Test(arguments: BadOptions.all)
    func `a wrong option is an error of one line that begins with it`(bad: BadOptions) throws {
        let error = #expect(throws: OptionError.self) { try Options(arguments: bad.arguments) }
        let text = try #require(error).description
        #expect(text.hasPrefix("\(bad.named):"))
        #expect(!text.contains("\n"))
    }

    @Test func `what was expected is said`() {
        #expect(throws: OptionError.badValue(option: "--api", value: "x", expected: "one of async, sync")) {
            try Options(arguments: ["--api", "x"])
        }
        #expect(throws: OptionError.missingValue("--url")) { try Options(arguments: ["--url"]) }
    }

    @Test func `the help names every option and has examples that are right`() throws {
        let lines = Help.text.split(separator: "\n")
        for option in Option.table {
            #expect(lines.contains { $0.hasPrefix("  \(option.name) ") }, "\(option.name)")
        }
        let examples = lines.filter { $0.hasPrefix("  load-test") }
        #expect(examples.count >= 4)
        for example in examples {
            _ = try Options(arguments: example.split(separator: " ").dropFirst().map(String.init))
        }
    }

    @Test func `the help fits into 120 columns`() {
        #expect(Help.text.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }
}
