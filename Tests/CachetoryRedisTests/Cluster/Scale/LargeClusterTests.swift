import CachetoryLocalServer
import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

/// Clusters of a thousand nodes, or so: docs/cluster.md has the figures.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LargeClusterTests {
    private static let nodes = LongRuns.count(200, long: 1000)

    // MARK: The map

    @Test(arguments: [FakeCluster.Layout.contiguous, .fragmented])
    func `a map is read and taken in shortly`(layout: FakeCluster.Layout) async throws {
        let nodes = LongRuns.count(100, long: 1000)
        try await withFakeCluster(nodes / 2, replicas: 1, layout) { fake in
            let slots = try await onThread {
                try NodeConnection(fake.nodes[0].host, fake.port).bytes(repliedTo: ["CLUSTER", "SLOTS"])
            }
            let fixture = MapFixture()
            var times: [(parsed: Duration, applied: Duration)] = []
            for epoch in 1...LongRuns.count(1, long: 21) {
                // All of them differ.
                let info = "cluster_state:ok\r\ncluster_current_epoch:\(1000 + epoch)\r\n"
                let reply = "$\(info.utf8.count)\r\n\(info)\r\n"
                let start = ContinuousClock.now
                let topology = try Self.topology(slots, Array(reply.utf8))
                let parsed = ContinuousClock.now
                fixture.map.apply(topology, begun: .now)
                times.append((parsed - start, .now - parsed))
                #expect(topology.coveredSlots == HashSlot.count && topology.shards.count == nodes / 2)
            }
            #expect(fixture.map.routes.nodes.count == nodes / 2)
            let sorted = times.sorted { $0.parsed + $0.applied < $1.parsed + $1.applied }
            let median = sorted[sorted.count / 2]
            print(
                "a map of \(nodes) nodes, \(layout): \(slots.count) bytes, read in \(median.parsed.inMilliseconds), "
                    + "taken in in \(median.applied.inMilliseconds)")
            if LongRuns.areOn {
                #expect(median.parsed + median.applied < .milliseconds(layout == .contiguous ? 2 : 40))
            }
        }
    }

    private static func topology(_ slots: [UInt8], _ info: [UInt8]) throws -> ClusterTopology {
        var parser = RESPParser()
        slots.withUnsafeBytes { parser.append($0) }
        info.withUnsafeBytes { parser.append($0) }
        let replies = (try #require(try parser.next()), try #require(try parser.next()))
        return try ClusterTopology(slots: replies.0, info: replies.1, answeredBy: .tcp(host: "127.0.1.1", port: 1))
    }

    @Test func `no thread of callers reads the map`() async throws {
        try await withFakeCluster(Self.nodes / 2, replicas: 1, .fragmented) { fake in
            // The first call waits for all of it.
            let configuration = fake.configuration
            let (sync, async) = (try SyncCluster(configuration), try AsyncCluster(configuration))
            let before = OwnProcess.processorTime
            let blocking = try await onThread {
                let start = OwnProcess.processorTimeOfThread
                _ = try sync.execute(["GET", "key"])
                return OwnProcess.processorTimeOfThread - start
            }
            let whole = OwnProcess.processorTime - before
            let executor = OneThread()
            try await withTaskExecutorPreference(executor) { _ = try await async.execute(["GET", "key"]) }
            let asynchronous = try await onThread { executor.stop() }
            print(
                "the first map of \(Self.nodes) nodes in 16,384 ranges: \(blocking.inMilliseconds) and "
                    + "\(asynchronous.inMilliseconds) on the callers' threads, \(whole.inMilliseconds) in all")
            #expect(blocking < whole / 10 && asynchronous < whole / 10)
            try await onThread { sync.close() }
            await async.close()
        }
    }

    // MARK: Connections

    /// A key for each primary.
    private func keys(_ fake: FakeCluster, _ primaries: Int) -> [String] {
        (0..<primaries).map { SlotTags.tag(of: ($0 * FakeCluster.slotCount + primaries - 1) / primaries) }
    }

    /// Makes a call to each node, all of them at the same time. Blocking ones are made by so many threads.
    private func callAll(_ client: AnyClient, _ keys: [String], atOnce: Int = .max) async throws {
        try await withThrowingTaskGroup { group in
            var left = keys[...]
            for key in left.prefix(atOnce) { group.addTask { _ = try await client.get(key) } }
            left = left.dropFirst(atOnce)
            while try await group.next() != nil {
                if let key = left.popFirst() { group.addTask { _ = try await client.get(key) } }
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `no more than 16 connections are made at once`(kind: ClientKind) async throws {
        try await withFakeCluster(Self.nodes) { fake in
            let keys = keys(fake, Self.nodes)
            try await kind.withClient(fake.configuration) { client, internals in
                _ = try await client.get(keys[0])
                try await internals.refresh()
                #expect(try await eventually { fake.openConnections() == 1 })
                fake.resetCounts()
                // Whoever connects waits for the answer to its handshake now.
                fake.set(.staysSilent, of: 1..<Self.nodes)
                let start = Timestamp.now
                let calls = Task { try await callAll(client, keys) }
                #expect(try await eventually { fake.acceptedConnections() >= ConnectLimit.default })
                // Those that take long give their places to others.
                while fake.acceptedConnections() < 3 * ConnectLimit.default {
                    let accepted = fake.acceptedConnections()
                    let turns = (.now - start) / ConnectLimit.patience.nanoseconds
                    #expect(accepted <= ConnectLimit.default * Int(1 + turns))
                    try await Task.sleep(for: .milliseconds(5))
                }
                let (time, _) = try await timed {
                    fake.set(.answers, of: 0..<Self.nodes)
                    return try await calls.value
                }
                print("\(Self.nodes) connections, \(kind): made within \(time.inMilliseconds)")
                #expect(time < .seconds(3) + slack)
                #expect(internals.connections().count == Self.nodes)
                #expect(fake.acceptedConnections() <= Self.nodes + 5)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a node costs little memory, and no time while nobody calls`(kind: ClientKind) async throws {
        try await withFakeCluster(Self.nodes) { fake in
            let keys = keys(fake, Self.nodes)
            // What the process needs for such a cluster at all, and what the first one leaves behind.
            try await kind.withClient(fake.configuration) { try await callAll($0, keys, atOnce: 16) }
            try await kind.withClient(fake.configuration) { client, internals in
                _ = try await client.get(keys[0])
                try await internals.refresh()
                let memory = try ResidentMemory.now()
                try await callAll(client, keys, atOnce: 16)
                #expect(internals.connections().count == Self.nodes)
                let growth = (try ResidentMemory.now() - memory) / Self.nodes
                print("\(Self.nodes) connected nodes, \(kind): \(growth) bytes each, with the other end")
                guard LongRuns.areOn else { return }
                #expect(growth < 40 << 10)
                try await internals.refresh()
                let (before, fakes) = (OwnProcess.processorTime, fake.processorTime)
                try await Task.sleep(for: .seconds(20))
                let idle = OwnProcess.processorTime - before - (fake.processorTime - fakes)
                print("\(Self.nodes) connected nodes, \(kind): idle at \(idle / .seconds(20) * 100) % of a processor")
                #expect(idle < .seconds(20) * 0.005)
            }
        }
    }

    // MARK: Many keys

    @Test(arguments: ClientKind.allCases)
    func `the cost of a key does not depend much on how many nodes there are`(kind: ClientKind) async throws {
        var costs: [Duration] = []
        let counts = [3, LongRuns.count(50, long: 500)]
        for nodes in counts {
            try await withFakeCluster(nodes) { fake in
                try await kind.withClient(fake.configuration) { client, _ in
                    let keys = (0..<1000).map { "key \($0)" }
                    let values = keys.map { "value of \($0)" }
                    try await client.setMany(Array(zip(keys, values)).map { ($0, $1) })
                    #expect(try await client.getMany(keys) == values)
                    let calls = LongRuns.count(5, long: 500)
                    let (before, fakes) = (OwnProcess.processorTime, fake.processorTime)
                    for _ in 0..<calls { _ = try await client.getMany(keys) }
                    let time = OwnProcess.processorTime - before - (fake.processorTime - fakes)
                    costs.append(time / (calls * keys.count))
                }
            }
        }
        let figures = zip(counts, costs).map { "\($1.inMicroseconds) over \($0) nodes" }
        print("MGET of 1,000 keys, \(kind): of a processor, a key takes \(figures.joined(separator: " and "))")
        if LongRuns.areOn { #expect(costs[1] < costs[0] * 2) }
    }
}

/// Runs tasks on one thread, and tells what that has cost.
private final class OneThread: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let state = Lock(State())
    private let alarm = DispatchSemaphore(value: 0)
    private let end = DispatchSemaphore(value: 0)
    private let time = Lock(Duration.zero)

    init() {
        Thread.detachNewThread { [self] in
            while true {
                alarm.wait()
                let (jobs, isStopped) = state.withLock { state in
                    defer { state.jobs = [] }
                    return (state.jobs, state.isStopped)
                }
                for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
                if isStopped { break }
            }
            time.withLock { $0 = OwnProcess.processorTimeOfThread }
            end.signal()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        alarm.signal()
    }

    /// Ends the thread, and returns what it has used.
    func stop() -> Duration {
        state.withLock { $0.isStopped = true }
        alarm.signal()
        end.wait()
        return time.withLock { $0 }
    }
}
