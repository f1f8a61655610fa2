import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct ReportTests {
    private func histogram(_ nanoseconds: [UInt64]) -> Histogram {
        let recorder = LatencyRecorder()
        nanoseconds.forEach(recorder.record)
        return recorder.histogram()
    }

    private func report(_ outcome: Outcome, _ faults: FaultLog.Summary = .init()) -> Report {
        Report(outcome, faults, options: Options(), url: "redis://h/0", connections: 8, peakMemory: 25_000_000)
    }

    private var outcome: Outcome {
        var outcome = Outcome()
        outcome.latencies = histogram(Array(repeating: 100_000, count: 99) + [2_000_000])
        outcome.time = 2_000_000_000
        outcome.processorTime = 500_000
        return outcome
    }

    @Test func `figures are derived from what was measured`() {
        let report = report(outcome)
        #expect(report.operations == 100)
        #expect(report.seconds == 2)
        #expect(report.opsPerSecond == 50)
        #expect(report.clientCPUPerOperation == 5)
        #expect(report.maxRSS == 25)
        #expect(abs(report.latency.p50 - 100) < 0.2)
        #expect(abs(report.latency.p99 - 100) < 0.2)
        #expect(report.latency.max == 2000)
        #expect(report.isSuccess)
    }

    @Test func `only a run without fault is a success`() {
        var faults = FaultLog.Summary()
        faults.errors = 1
        #expect(!report(outcome, faults).isSuccess)
        faults = .init()
        faults.wrongValues = 1
        #expect(!report(outcome, faults).isSuccess)
    }

    @Test func `a run that did nothing is a success only if the user ended it`() {
        #expect(!report(Outcome()).isSuccess)
        #expect(report(Outcome(wasInterrupted: true)).isSuccess)
    }

    private func report(_ outcome: Outcome, _ line: String) throws -> Report {
        let options = try Options(arguments: line.split(separator: " ").map(String.init))
        return Report(outcome, .init(), options: options, url: "u", connections: 8, peakMemory: 0)
    }

    /// 50 operations were done each second.
    @Test func `a rate that was missed is told, and is a failure only below the share that was demanded`() throws {
        let missed = try report(outcome, "--rate 100")
        #expect(missed.isSuccess && missed.rate == 100)
        #expect(missed.text(Histogram(), options: Options()).contains("rate          50.0 % of 100 ops/s: missed"))

        let reached = try report(outcome, "--rate 100 --min-rate 0.5")
        #expect(reached.isSuccess)
        let failed = try report(outcome, "--rate 100 --min-rate 0.51")
        #expect(!failed.isSuccess)
        #expect(failed.failures == ["50.0 % of 100 ops/s were done, less than the 51.0 % of --min-rate"])

        let full = try report(outcome, "--rate 50 --min-rate 1")
        #expect(full.isSuccess)
        #expect(full.text(Histogram(), options: Options()).contains("100.0 % of 50 ops/s\n"))
        #expect(try report(outcome, "--rate 0.5").rateText?.hasSuffix(" of 0.5 ops/s") == true)
        #expect(report(outcome).rateText == nil)
    }

    @Test func `a run that was ended before it began missed no rate`() throws {
        #expect(try report(Outcome(wasInterrupted: true), "--rate 100 --min-rate 1").isSuccess)
    }

    @Test func `the text and the JSON say on what it ran`() throws {
        var report = report(outcome)
        report.environment = .now(server: "Valkey 9.0.0")
        let environment = try #require(report.environment)
        #expect(environment.machine.contains(" processors ("))
        #expect(environment.program.contains(" build, Swift 6."))
        #expect(report.text(Histogram(), options: Options()).contains("server        Valkey 9.0.0\nprogram       "))
        #expect(try JSONDecoder().decode(Report.self, from: Data(report.json().utf8)) == report)
    }

    @Test func `a server's version is read from what it says of itself`() {
        #expect(ServerVersion.name(in: "# Server\r\nredis_version:7.0.15\r\nos:Linux\r\n") == "Redis 7.0.15")
        let valkey = "# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:9.0.1\r\n"
        #expect(ServerVersion.name(in: valkey) == "Valkey 9.0.1")
        #expect(ServerVersion.name(in: "") == nil)
    }

    @Test func `the nodes of a cluster have a row each`() throws {
        var outcome = outcome
        outcome.nodes = [
            NodeSample(address: "10.0.0.1:7000", latencies: outcome.latencies, errors: 1234),
            NodeSample(address: "node-2.example.com:7000", latencies: Histogram(), errors: 0),
        ]
        let report = report(outcome)
        let node = try #require(report.nodes?.first)
        #expect(node.node == "10.0.0.1:7000" && node.operations == 100 && node.errors == 1234)
        #expect(node.latency == report.latency)
        let text = report.text(Histogram(), options: Options())
        #expect(text.contains("at most 8 connections to each node, closed loop"))
        #expect(
            text.contains(
                """
                Nodes                      operations      errors         p50         p99         max
                  10.0.0.1:7000                   100       1,234      100 us      100 us     2.00 ms
                  node-2.example.com:7000           0           0     0.00 us     0.00 us     0.00 us
                """))
        #expect(try JSONDecoder().decode(Report.self, from: Data(report.json().utf8)) == report)
        // A server by itself has none.
        #expect(try !self.report(self.outcome).json().contains("nodes"))
    }

    @Test func `a run that did nothing has figures all the same`() throws {
        let json = try report(Outcome()).json()
        let decoded = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
        #expect(decoded.opsPerSecond == 0)
        #expect(decoded.latency.max == 0)
        #expect(report(Outcome()).text(Histogram(), options: Options()).contains("operations    0"))
    }

    @Test func `the text shows figures, faults and a chart`() {
        var faults = FaultLog.Summary()
        faults.errors = 2
        faults.kinds = ["no route": 2]
        faults.wrongValues = 1
        faults.examples = ["key: no value"]
        var outcome = outcome
        outcome.overdue = 1234
        let text = report(outcome, faults).text(outcome.latencies, options: Options())
        for part in [
            "redis://h/0", "get, async, 50 tasks, at most 8 connections, closed loop", "errors        2",
            "wrong values  1", "throughput    50 ops/s", "5.00 us per operation", "1,234 operations that were due",
            "2 x no route", "key: no value", "100 us to 200 us   99.00 %  ####", "2.00 ms",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}
