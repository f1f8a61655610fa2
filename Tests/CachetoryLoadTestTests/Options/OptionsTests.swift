import Testing

@testable import CachetoryLoadTest

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

    /// What somebody types, and what it asks for.
    struct CommandLine: CustomTestStringConvertible {
        let arguments: [String]
        let expected: Options

        init(_ arguments: [String], _ expected: Options) {
            (self.arguments, self.expected) = (arguments, expected)
        }

        var testDescription: String { arguments.joined(separator: " ") }
    }

    private static let commandLines: [CommandLine] = [
        .init(["--url", "redis://h"], with { $0.url = "redis://h" }),
        .init(["--api", "sync"], with { $0.api = .sync }),
        .init(["--tasks", "200"], with { $0.tasks = 200 }),
        .init(["--tasks", "10k"], with { $0.tasks = 10_000 }),
        .init(["--tasks=3"], with { $0.tasks = 3 }),
        .init(["--tasks", "1", "--tasks", "2"], with { $0.tasks = 2 }),
        .init(["--connections", "2"], with { $0.connections = 2 }),
        .init(["--duration", "2"], with { $0.length = .duration(.seconds(2)) }),
        .init(["--duration", "1.5s"], with { $0.length = .duration(.milliseconds(1500)) }),
        .init(["--duration", "250ms"], with { $0.length = .duration(.milliseconds(250)) }),
        .init(["--duration", "2m"], with { $0.length = .duration(.seconds(120)) }),
        .init(["--duration", "1h"], with { $0.length = .duration(.seconds(3600)) }),
        .init(["--requests", "1M"], with { $0.length = .requests(1_000_000) }),
        .init(["--workload", "mget", "--batch", "3"], with { ($0.workload, $0.batch) = (.mget, 3) }),
        .init(["--workload", "mixed", "--read-ratio", "0.25"], with { ($0.workload, $0.readRatio) = (.mixed, 0.25) }),
        .init(["--keys", "5"], with { $0.keys = 5 }),
        .init(["--distribution", "zipf"], with { $0.distribution = .zipf }),
        .init(["--value-size", "0"], with { $0.valueSize = 0 }),
        .init(["--rate", "2.5k"], with { $0.rate = 2500 }),
        .init(["--rate", "5", "--min-rate", "0.5"], with { ($0.rate, $0.minRate) = (5, 0.5) }),
        .init(["--executor", "reactor"], with { $0.executor = .reactor }),
        .init(["--warmup", "0"], with { $0.warmup = .zero }),
        .init(["--seed", "18446744073709551615"], with { $0.seed = .max }),
        .init(["--format", "json"], with { $0.format = .json }),
        .init(["--soak"], with { $0.soak = true }),
        .init(["--interval", "2s"], with { $0.interval = .seconds(2) }),
        .init(["--cluster"], with { $0.cluster = true }),
        .init(
            ["--cluster", "--chaos"],
            with { ($0.cluster, $0.chaos, $0.workload, $0.readRatio) = (true, true, .mixed, 0.5) }
        ),
        .init(["--chaos"], with { ($0.chaos, $0.workload, $0.readRatio) = (true, .mixed, 0.5) }),
        .init(
            ["--chaos", "--slack", "1s"],
            with { ($0.chaos, $0.workload, $0.readRatio, $0.slack) = (true, .mixed, 0.5, .seconds(1)) }
        ),
        .init(["--chaos", "--workload", "set"], with { ($0.chaos, $0.workload) = (true, .set) }),
        .init(["--help"], with { $0.wantsHelp = true }),
        .init(["-h"], with { $0.wantsHelp = true }),
    ]

    @Test(arguments: commandLines)
    func `an option changes what it names and nothing else`(line: CommandLine) throws {
        #expect(try Options(arguments: line.arguments) == line.expected)
    }

    @Test(arguments: BadOptions.all)
    func `a wrong option is an error of one line that begins with it`(bad: BadOptions) throws {
        let error = #expect(throws: OptionError.self) { try Options(arguments: bad.arguments) }
        let text = try #require(error).description
        #expect(text.hasPrefix("\(bad.named):"))
        #expect(!text.contains("\n"))
    }

    @Test(arguments: [["redis://:hunter2@localhost"], ["--tasks", "redis://:hunter2@localhost"]])
    func `a URL in the wrong place is not repeated`(arguments: [String]) throws {
        let error = #expect(throws: OptionError.self) { try Options(arguments: arguments) }
        #expect(try #require(error).description.contains("hunter2") == false)
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
