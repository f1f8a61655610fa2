import Cachetory
import CachetoryLocalServer
import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

/// Whole runs on a server that is crashed, halted and more, and runs of stores that keep no promise.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ChaosRunTests {
    /// The tests of other suites use the machine at the same time.
    private static let slack = "20s"

    private func run(_ line: String) async throws -> (result: Program.Result, report: Report) {
        let result = try await onThread {
            try Program.run(
                line.split(separator: " ").map(String.init) + ["--slack", Self.slack, "--format", "json"])
        }
        return (result, try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)))
    }

    @Test(arguments: API.allCases)
    func `through crashes, halts and refusals no value is wrong, and every event is recovered from`(
        api: API
    ) async throws {
        let seed = seed(of: .crash)
        let (result, report) = try await run(
            "--chaos --api \(api) --duration 8s --warmup 200ms --tasks 20 --keys 500 --seed \(seed)")
        let chaos = try #require(report.chaos)
        #expect(result.status == 0, "\(report.failures) \(result.errors)")
        #expect(report.wrongValues == 0, "\(report.wrongValueExamples)")
        #expect(report.errors > 0 && report.operations > 100)
        #expect(chaos.seed == seed)
        #expect(chaos.events.count >= 2 && chaos.events.allSatisfy { $0.recovery != nil })
        #expect(chaos.events.contains { $0.kind == .crash })
        // The plan of that seed, as far as there was time for it.
        #expect(chaos.events.map(\.kind) == kinds(of: seed, on: .server, chaos.events.count))
        #expect(chaos.availability > 0 && chaos.availability <= 1)
        #expect(chaos.maxRecovery != nil && chaos.medianRecovery != nil)
        #expect(report.intervals.reduce(0) { $0 + $1.operations } == report.operations)
    }

    /// A seed whose plan begins soon and with one kind: in the few seconds of a test there is not every kind.
    private func seed(of kind: ChaosKind, on subject: ChaosSubject = .server) -> UInt64 {
        let all = 1...UInt64(10_000)
        return all.first { seed in
            ChaosPlan(seed: seed, on: subject).prefix(1).contains { $0.kind == kind && $0.rest < 300 }
        } ?? 0
    }

    /// The first kinds of a plan.
    private func kinds(of seed: UInt64, on subject: ChaosSubject, _ count: Int) -> [ChaosKind] {
        ChaosPlan(seed: seed, on: subject).prefix(count).map(\.kind)
    }

    @Test(arguments: API.allCases)
    func `in a cluster a primary dies, and no value is wrong`(api: API) async throws {
        let seed = seed(of: .crash, on: .cluster)
        let (result, report) = try await run(
            "--cluster --chaos --api \(api) --duration 9s --warmup 200ms --tasks 20 --keys 3000 --seed \(seed)")
        let chaos = try #require(report.chaos)
        #expect(result.status == 0, "\(report.failures) \(result.errors)")
        #expect(report.wrongValues == 0, "\(report.wrongValueExamples)")
        #expect(chaos.events.first?.kind == .crash && chaos.events.allSatisfy { $0.recovery != nil })
        #expect(chaos.events.map(\.kind) == kinds(of: seed, on: .cluster, chaos.events.count))
        #expect(chaos.lostReads == 0 && chaos.lostInFailover != nil)
        #expect(chaos.shards?.count == 3 && chaos.shards?.min() == chaos.availability)
        // The three primaries, and who has taken the place of the one that was killed.
        let nodes = try #require(report.nodes)
        #expect(nodes.count >= 4 && nodes.allSatisfy { $0.operations + $0.errors > 0 })
        #expect(nodes.reduce(0) { $0 + $1.operations } == report.operations)
    }

    @Test(arguments: [WorkloadKind.mset, .mget, .get])
    func `every workload may be used`(kind: WorkloadKind) async throws {
        let (result, report) = try await run(
            "--chaos --duration 3s --warmup 0 --tasks 10 --keys 200 --workload \(kind) --seed \(seed(of: .killAll))")
        #expect(result.status == 0, "\(report.failures) \(result.errors)")
        #expect(report.wrongValues == 0, "\(report.wrongValueExamples)")
        #expect(report.chaos?.events.isEmpty == false)
    }

    @Test func `lines of events and of intervals come in the order of time`() async throws {
        let result = try await onThread {
            try Program.run(
                """
                --chaos --soak --duration 8s --interval 200ms --warmup 0 --tasks 10 --keys 200 --seed \(seed(of: .halt)) \
                --slack \(Self.slack)
                """.split(separator: " ").map(String.init))
        }
        let lines = result.output.split(separator: "\n\n")[0].split(separator: "\n")
        let times = lines.compactMap { line in line.firstMatch(of: /^ *([0-9.]+) s\b/).flatMap { Double($0.1) } }
        #expect(times.count == lines.count && times.count >= 10, "\(result.output)")
        #expect(times == times.sorted())
        #expect(lines.contains { $0.contains("chaos: halt") })
    }

    // MARK: - What must make it fail

    /// Runs a session on a store, with the history that a run with chaos keeps but without a server to be crashed.
    private func faults(
        _ backend: ScriptedBackend
    ) async throws -> (faults: FaultLog.Summary, outcome: Outcome) {
        let line = "--chaos --duration 300ms --warmup 0 --tasks 4 --keys 20"
        let options = try Options(arguments: line.split(separator: " ").map(String.init))
        return try await onThread {
            let session = Session(options, interrupt: Interrupt(), progress: Progress(isShown: false))
            let outcome = try session.measure(SyncDriver(backend))
            return (session.faults.summary, outcome)
        }
    }

    @Test func `a store that keeps its promises has no wrong value`() async throws {
        let (faults, outcome) = try await self.faults(ScriptedBackend { _, _, stored in stored })
        #expect(outcome.operations > 100)
        #expect(faults.wrongValues == 0, "\(faults.examples)")
        #expect(faults.failures.isEmpty)
    }

    @Test func `a read of what was there before an acknowledged write is a wrong value`() async throws {
        let earlier = Lock<[String: Data]>([:])
        let backend = ScriptedBackend { _, key, stored in
            // What the first read of each key has found is found for ever.
            earlier.withLock { earlier in
                earlier[key] = earlier[key] ?? stored
                return earlier[key]
            }
        }
        let (faults, _) = try await self.faults(backend)
        #expect(faults.wrongValues > 0)
        #expect(faults.examples.contains { $0.contains("had been acknowledged") }, "\(faults.examples)")
    }

    @Test func `a key that is lost is a wrong value`() async throws {
        let (faults, _) = try await self.faults(ScriptedBackend { number, _, stored in number == 40 ? nil : stored })
        #expect(faults.wrongValues == 1)
    }

    @Test func `an error that no chaos explains is a failure, and others are not`() async throws {
        for (error, isFailure) in [
            (RedisCallError.protocolViolation(reason: "x", .unknown), true), (.closed, true),
            (.timedOut(.unknown), false), (.connectFailed(address: "a", reason: "b"), false),
        ] {
            let backend = ScriptedBackend { number, _, stored in
                if number == 40 { throw error }
                return stored
            }
            let (faults, _) = try await self.faults(backend)
            #expect(faults.errors == 1)
            #expect(faults.failures.isEmpty == !isFailure, "\(faults.failures)")
        }
    }
}
