import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Synchronization
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(2)))
struct SessionTests {
    private struct Refused: Error {}

    /// Runs a session of one worker, unless the change says otherwise, without a warm-up.
    private func measure(
        _ api: API, _ backend: ScriptedBackend, interrupt: Interrupt = Interrupt(), patience: Duration = .seconds(10),
        change: (inout Options) -> Void
    ) async throws -> (outcome: Outcome, faults: FaultLog.Summary) {
        var options = Options()
        options.api = api
        options.tasks = 1
        options.keys = 100
        options.warmup = .zero
        change(&options)
        return try await onThread { [options] in
            let session = Session(
                options, interrupt: interrupt, progress: Progress(isShown: false), patience: patience)
            let outcome =
                switch api {
                case .async: try session.measure(AsyncDriver(backend))
                case .sync: try session.measure(SyncDriver(backend))
                }
            return (outcome, session.faults.summary)
        }
    }

    @Test(arguments: API.allCases, WorkloadKind.allCases)
    func `as many operations are done as asked for, without a fault`(api: API, kind: WorkloadKind) async throws {
        let backend = ScriptedBackend { _, _, stored in stored }
        let (outcome, faults) = try await measure(api, backend) {
            ($0.length, $0.workload, $0.tasks) = (.requests(1234), kind, 7)
        }
        #expect(outcome.operations == 1234)
        #expect(faults.errors == 0)
        #expect(faults.wrongValues == 0)
        #expect(!outcome.wasInterrupted)
    }

    @Test(arguments: API.allCases)
    func `a run for a time takes that time`(api: API) async throws {
        let backend = ScriptedBackend { _, _, stored in stored }
        let (outcome, _) = try await measure(api, backend) { $0.length = .duration(.milliseconds(300)) }
        #expect(outcome.time >= 300_000_000)
        #expect(outcome.operations == backend.readCount)
        #expect(outcome.processorTime > 0)
    }

    @Test(arguments: API.allCases)
    func `an answer for another key is a wrong value`(api: API) async throws {
        let values = ValuePattern(size: 100)
        let backend = ScriptedBackend { number, _, stored in number == 50 ? values.value(of: 100) : stored }
        let (outcome, faults) = try await measure(api, backend) { $0.length = .requests(200) }
        #expect(outcome.operations == 200)
        #expect(faults.wrongValues == 1)
        #expect(faults.examples.first?.hasSuffix("the value of key 100") == true)
    }

    @Test(arguments: API.allCases)
    func `a key that was set and is not found is a wrong value`(api: API) async throws {
        let backend = ScriptedBackend { number, _, stored in number < 3 ? nil : stored }
        let (_, faults) = try await measure(api, backend) { $0.length = .requests(200) }
        #expect(faults.wrongValues == 3)
    }

    @Test(arguments: API.allCases)
    func `what fails is an error and no operation`(api: API) async throws {
        let backend = ScriptedBackend { number, _, stored in
            if number.isMultiple(of: 4) { throw Refused() }
            return stored
        }
        let (outcome, faults) = try await measure(api, backend) { $0.length = .requests(400) }
        #expect(faults.errors == 100)
        #expect(faults.kinds.values.first == 100)
        #expect(faults.kinds.keys.first?.contains("Refused") == true)
        #expect(outcome.operations == 300)
    }

    @Test func `a warm-up counts its faults and not its operations`() async throws {
        let backend = ScriptedBackend { number, _, stored in number == 0 ? nil : stored }
        let (outcome, faults) = try await measure(.sync, backend) {
            ($0.length, $0.warmup) = (.requests(400), .milliseconds(500))
        }
        #expect(outcome.operations == 400)
        #expect(backend.readCount > 400)
        #expect(faults.wrongValues == 1)
    }

    /// One read of this length among quick ones.
    private static let stall: UInt64 = 400_000_000

    private func stalling(_ api: API, at stalled: Int) -> ScriptedBackend {
        switch api {
        case .sync:
            ScriptedBackend { number, _, stored in
                if number == stalled { usleep(UInt32(Self.stall / 1000)) }
                return stored
            }
        case .async:
            ScriptedBackend(async: { number, _, stored in
                if number == stalled { try await Task.sleep(for: .nanoseconds(Self.stall)) }
                return stored
            })
        }
    }

    @Test(arguments: API.allCases)
    func `in an open loop a stall delays every operation that was due meanwhile`(api: API) async throws {
        let (outcome, _) = try await measure(api, stalling(api, at: 100)) {
            ($0.length, $0.rate) = (.requests(1000), 1000)
        }
        #expect(outcome.operations == 1000)
        // 400 operations were due during the stall, evenly; so half of them waited for at least half of it.
        #expect(outcome.latencies.count(in: Self.stall / 2..<UInt64.max) >= 199)
        #expect(outcome.latencies.longest >= Self.stall)
    }

    @Test(arguments: API.allCases)
    func `in a closed loop a stall delays one operation`(api: API) async throws {
        let (outcome, _) = try await measure(api, stalling(api, at: 100)) { $0.length = .requests(1000) }
        #expect((1...5).contains(outcome.latencies.count(in: Self.stall * 9 / 10..<UInt64.max)))
    }

    @Test(arguments: API.allCases)
    func `an open loop keeps its rate and no faster`(api: API) async throws {
        let backend = ScriptedBackend { _, _, stored in stored }
        let (outcome, _) = try await measure(api, backend) {
            ($0.length, $0.rate, $0.tasks) = (.requests(201), 1000, 4)
        }
        // The last one starts 200 ms after the first.
        #expect(outcome.time >= 200_000_000)
        #expect(outcome.operations == 201)
        #expect(outcome.overdue == 0)
    }

    @Test(arguments: API.allCases)
    func `operations that a stalled store kept from starting are told`(api: API) async throws {
        let (outcome, _) = try await measure(api, stalling(api, at: 0)) {
            ($0.length, $0.rate) = (.duration(.milliseconds(200)), 1000)
        }
        #expect(outcome.operations <= 1)
        #expect(outcome.overdue >= 198)
    }

    @Test func `a call that never returns is an error, and does not keep the report`() async throws {
        let forgotten = Lock<[UnsafeContinuation<Void, Never>]>([])
        let backend = ScriptedBackend(async: { number, _, stored in
            if number == 10 { await withUnsafeContinuation { call in forgotten.withLock { $0.append(call) } } }
            return stored
        })
        let (outcome, faults) = try await measure(.async, backend, patience: .seconds(2)) {
            ($0.length, $0.tasks) = (.requests(100), 2)
        }
        #expect(outcome.unanswered == 1)
        // Workers take three numbers at a time, and two were with the one that is stuck.
        #expect((97...99).contains(outcome.operations))
        #expect(faults.errors == 1)
        forgotten.withLock { $0.forEach { $0.resume() } }
    }

    @Test(arguments: API.allCases)
    func `an interrupt ends a run and keeps what was done`(api: API) async throws {
        let interrupt = Interrupt()
        let backend = ScriptedBackend { number, _, stored in
            if number == 500 { interrupt.raise() }
            return stored
        }
        let (outcome, faults) = try await measure(api, backend, interrupt: interrupt) {
            ($0.length, $0.tasks) = (.duration(.seconds(3600)), 4)
        }
        #expect(outcome.wasInterrupted)
        #expect(outcome.operations >= 500)
        #expect(faults.errors == 0)
    }

    @Test func `an interrupt cancels calls that wait, which is no error`() async throws {
        let interrupt = Interrupt()
        let backend = ScriptedBackend(async: { number, _, stored in
            if number == 20 { interrupt.raise() }
            if number >= 10 { try await Task.sleep(for: .seconds(3600)) }
            return stored
        })
        let (outcome, faults) = try await measure(.async, backend, interrupt: interrupt) {
            ($0.length, $0.tasks) = (.requests(1_000_000), 30)
        }
        #expect(outcome.wasInterrupted)
        #expect(outcome.operations == 10)
        #expect(faults.errors == 0)
        #expect(outcome.unanswered == 0)
    }

    @Test(arguments: API.allCases)
    func `an interrupt ends the wait of a slow schedule`(api: API) async throws {
        let interrupt = Interrupt()
        let backend = ScriptedBackend { number, _, stored in
            if number == 0 { interrupt.raise() }
            return stored
        }
        let (outcome, _) = try await measure(api, backend, interrupt: interrupt) {
            ($0.length, $0.rate, $0.tasks) = (.requests(100), 0.001, 3)
        }
        #expect(outcome.operations == 1)
        #expect(outcome.wasInterrupted)
    }

    @Test func `an interrupt before the run leaves an empty report`() async throws {
        let interrupt = Interrupt()
        interrupt.raise()
        let backend = ScriptedBackend { _, _, stored in stored }
        let (outcome, _) = try await measure(.async, backend, interrupt: interrupt) { $0.length = .requests(10) }
        #expect(outcome.wasInterrupted)
        #expect(outcome.operations == 0)
    }

    @Test func `tasks run where they are told to`() async throws {
        let executor = CountingExecutor()
        let backend = ScriptedBackend { _, _, stored in stored }
        var options = Options()
        (options.length, options.warmup, options.tasks) = (.requests(100), .zero, 5)
        let outcome = try await onThread { [options] in
            let session = Session(options, interrupt: Interrupt(), progress: Progress(isShown: false))
            return try session.measure(AsyncDriver(backend, executor: executor))
        }
        #expect(outcome.operations == 100)
        #expect(executor.jobCount >= 5)
    }

    @Test func `cleaning up removes the keys of the run and no others`() async throws {
        let backend = ScriptedBackend { _, _, stored in stored }
        _ = try backend.set("mine", to: Data(), timeToLive: nil, ifNotExists: false)
        var options = Options()
        (options.length, options.warmup, options.keys) = (.requests(100), .zero, 1234)
        let names = try await onThread { [options] in
            let session = Session(options, interrupt: Interrupt(), progress: Progress(isShown: false))
            _ = try session.measure(SyncDriver(backend))
            let names = session.workload.names
            #expect(try backend.count(of: names) == 1234)
            try session.cleanUp(SyncDriver(backend))
            return names
        }
        #expect(try backend.count(of: names) == 0)
        #expect(try backend.count(of: ["mine"]) == 1)
    }
}

/// Runs jobs on a Dispatch queue and counts them.
private final class CountingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "jobs")
    private let count = Atomic(0)

    var jobCount: Int { count.load(ordering: .relaxed) }

    func enqueue(_ job: consuming ExecutorJob) {
        count.wrappingAdd(1, ordering: .relaxed)
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
