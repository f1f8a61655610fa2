import Foundation
import Testing

@testable import CachetoryLoadTest

/// What a report says of runs with `--soak` and `--chaos`, and which of them are failures.
@Suite(.timeLimit(.minutes(5)))
struct ReportChaosTests {
    private func report(_ line: String = "--chaos", _ change: (inout Outcome) -> Void = { _ in }) throws -> Report {
        var outcome = Outcome()
        let recorder = LatencyRecorder()
        recorder.record(100_000)
        outcome.latencies = recorder.histogram()
        outcome.time = 10_000_000_000
        outcome.chaos = ChaosOutcome(
            events: [
                ChaosEvent(kind: .crash, at: 1, seconds: 2, recovery: 30),
                ChaosEvent(kind: .halt, at: 4, seconds: 0.5, recovery: 2),
                ChaosEvent(kind: .crash, at: 5, seconds: 1.5, recovery: 10),
            ], availability: [0.75], latestCall: (12_000_000, "too late"))
        change(&outcome)
        var faults = FaultLog.Summary()
        (faults.errors, faults.kinds) = (5, ["refused": 5])
        let options = try Options(arguments: line.split(separator: " ").map(String.init))
        return Report(outcome, faults, options: options, url: "u", connections: 8, peakMemory: 0)
    }

    @Test func `errors are no failure, and the figures are derived from the events`() throws {
        let report = try report("--chaos --seed 7 --slack 200ms")
        let chaos = try #require(report.chaos)
        #expect(report.isSuccess)
        #expect(chaos.seed == 7 && chaos.slack == 200)
        #expect(chaos.medianRecovery == 10 && chaos.maxRecovery == 30)
        #expect(chaos.availability == 0.75 && chaos.calm == 0.6)
        #expect(chaos.latestCall == 12 && chaos.latestCallEnd == "too late")
    }

    @Test func `an event without recovery is a failure`() throws {
        let report = try report { $0.chaos?.events[1].recovery = nil }
        #expect(!report.isSuccess)
        #expect(report.failures == ["no call succeeded in time after halt at 4.0 s"])
    }

    @Test func `calls that were too late are a failure`() throws {
        let report = try report { $0.chaos?.lateCalls = 3 }
        #expect(!report.isSuccess)
        #expect(report.failures.first?.hasPrefix("3 calls ended more than 500 ms after their deadline") == true)
    }

    @Test func `calls that were never answered are a failure, and so is chaos that broke off`() throws {
        #expect(try !report { $0.unanswered = 1 }.isSuccess)
        let broken = try report { $0.chaos?.failure = "no server" }
        #expect(broken.failures == ["the chaos broke off: no server"])
    }

    @Test func `an event that no call may fail for is a failure with the calls that did`() throws {
        let report = try report("--cluster --chaos") { outcome in
            outcome.chaos?.subject = .cluster
            outcome.chaos?.events.append(ChaosEvent(kind: .failover, at: 6, seconds: 0.1, recovery: 1, errors: 2))
            outcome.chaos?.events.append(ChaosEvent(kind: .moveSlots, at: 7, seconds: 1, recovery: 1))
        }
        #expect(report.failures == ["2 calls failed that began after failover at 6.0 s"])
    }

    @Test func `of a cluster there is what each shard had, and what failovers took`() throws {
        let report = try report("--cluster --chaos") { outcome in
            outcome.chaos?.subject = .cluster
            outcome.chaos?.availability = [0.9, 0.123456, 1]
            outcome.chaos?.lostInFailover = 12
            outcome.chaos?.events[0].errors = 1234
        }
        let chaos = try #require(report.chaos)
        #expect(report.isSuccess)
        #expect(chaos.availability == 0.1235 && chaos.shards == [0.9, 0.1235, 1] && chaos.lostInFailover == 12)
        for part in [
            "available     12.3 % of the time (by shard 90.0, 12.3, 100.0)",
            "lost          nothing; 12 writes acknowledged less than 500 ms before a primary ended",
            "30.0 ms    30.0 ms                        1,234\n",
        ] {
            #expect(chaos.text.contains(part), "\(part) in \(chaos.text)")
        }
        let server = try self.report { $0.chaos?.lostReads = 3 }
        #expect(server.chaos?.shards == nil && server.chaos?.lostInFailover == nil)
        #expect(server.chaos?.text.hasSuffix("lost          found by 3 reads") == true)
    }

    @Test func `what grew in a soak is a failure`() throws {
        func sample(_ number: Int) -> IntervalSample {
            IntervalSample(
                begin: 0, seconds: 1, operations: 0, opsPerSecond: 0, latency: .init(Histogram()), errors: 0,
                wrongValues: 0, memory: 10 + 10 * Double(number), descriptors: 5, threads: 4, connections: 2)
        }
        let samples = (0..<10).map(sample)
        let report = try report("--soak --chaos") { $0.intervals = samples }
        #expect(!report.isSuccess && report.failures.count == 1)
        #expect(report.failures.first?.hasPrefix("memory grew from ") == true)
        // Nobody asked in this one.
        #expect(try self.report { $0.intervals = samples }.isSuccess)
    }

    @Test func `all of it survives JSON, and the text tells it`() throws {
        let report = try report("--chaos --seed 7") { $0.chaos?.lateCalls = 1 }
        #expect(try JSONDecoder().decode(Report.self, from: Data(report.json().utf8)) == report)
        let text = report.text(Histogram(), options: try Options(arguments: ["--chaos", "--seed", "7"]))
        for part in [
            "chaos of seed 7", "crash              2     3.5 s    30.0 ms    30.0 ms", "available     75.0 %",
            "Failures\n  1 calls",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
    }

    @Test func `an interval and an event are a line each`() {
        let sample = IntervalSample(
            begin: 10, seconds: 10, operations: 5, opsPerSecond: 1234.5,
            latency: .init(p50: 100, p90: 0, p99: 2500, p999: 0, max: 12_000), errors: 3, wrongValues: 0, memory: 30.5,
            descriptors: 12, threads: 6, connections: 2)
        #expect(
            sample.text(toldAt: sample.end)
                == "   20.0 s    1,234 ops/s  p50  100 us, p99 2.50 ms, max 12.0 ms, 3 errors, 0 wrong values, "
                + "30.5 MB, 12 fds, 6 threads, 2 connections")
        let event = ChaosEvent(kind: .killAll, at: 5.25, seconds: 0.011, recovery: 1.26)
        #expect(event.text == "    5.2 s  chaos: kill all       0.01 s, first success after 1.3 ms")
        // It is written when it is over, and begins with that time, as the lines around it do.
        #expect(
            event.text(toldAt: 7) == "    7.0 s  chaos: kill all       0.01 s from 5.2 s on, first success after 1.3 ms"
        )
    }
}
