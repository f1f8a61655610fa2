import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What is left behind, or mixed up, after a lot of the same.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ClusterChurnTests {
    // MARK: Changes of the cluster

    /// A cluster that pretends, and what is changed about it.
    private struct ChangingCluster {
        let fake: FakeCluster
        var generator = SeededGenerator(seed: 17)

        /// Shards that have slots.
        var shards = Array(0..<8)

        /// Changes something.
        ///
        /// - Returns: slots that this is about.
        mutating func change() throws -> [Int] {
            let slots = (0..<3).map { _ in Int.random(in: 0..<FakeCluster.slotCount, using: &generator) }
            switch Int.random(in: 0..<20, using: &generator) {
            case 0: return add(slots[0])
            case 1 where shards.count > 6: return try remove()
            case 2...7: return try promote(in: #require(fake.shard(ofSlot: slots[0])), slots)
            case 8, 9:
                // Whole shards at once, as in a reshard.
                let start = slots[0] / 2048 * 2048
                fake.move(start..<start + 2048, toShard: randomShard())
                return [start, start + 1000]
            default:
                fake.move(slots, toShard: randomShard())
                return slots
            }
        }

        private mutating func randomShard() -> Int { shards.randomElement(using: &generator) ?? 0 }

        private mutating func add(_ slot: Int) -> [Int] {
            let added = fake.addShard(replicas: 1)
            shards.append(added.shard)
            let start = min(slot, FakeCluster.slotCount - 100)
            fake.move(start..<start + 100, toShard: added.shard)
            return [start, start + 99]
        }

        private mutating func remove() throws -> [Int] {
            let shard = shards.remove(at: Int.random(in: shards.indices, using: &generator))
            let slots = (0..<FakeCluster.slotCount).filter { fake.shard(ofSlot: $0) == shard }
            fake.move(slots, toShard: randomShard())
            for node in fake.members(ofShard: shard) { fake.remove(node) }
            return Array(slots.prefix(2))
        }

        private func promote(in shard: Int, _ slots: [Int]) throws -> [Int] {
            fake.promote(try #require(fake.members(ofShard: shard).last))
            return slots
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `after any number of changes it has what it had before`(kind: ClientKind) async throws {
        try await withFakeCluster(8, replicas: 1) { fake in
            try await kind.withClient(fake.configuration) { client, internals in
                var cluster = ChangingCluster(fake: fake)
                try await change(&cluster, LongRuns.count(20, long: 200), client)
                try await settle(cluster, client, internals)
                let before = try await Usage(fake, internals)
                let changes = LongRuns.count(200, long: 1000)
                try await change(&cluster, changes, client)
                try await settle(cluster, client, internals)
                let after = try await Usage(fake, internals)
                print("\(changes) changes of the cluster, \(kind): \(before) before, \(after) after")
                // One to each primary that has slots; what else tests have open comes and goes.
                #expect(after.connections <= cluster.shards.count * 2)
                #expect(try await eventually { fake.openConnections() == after.connections })
                #expect(try await eventually { try OwnProcess.threadCount() <= before.threads })
                if LongRuns.areOn { #expect(Double(after.memory) < Double(before.memory) * 1.02) }
            }
            #expect(try await eventually { fake.openConnections() == 0 })
        }
    }

    private struct Usage: CustomStringConvertible {
        let connections: Int
        let threads: Int
        let memory: Int

        init(_ fake: FakeCluster, _ internals: ClusterInternals) async throws {
            // The threads that ask for the map come and go with their connections.
            _ = try await eventually { fake.openConnections() == internals.connections().values.reduce(0, +) }
            connections = internals.connections().values.reduce(0, +)
            threads = try OwnProcess.threadCount()
            memory = try ResidentMemory.now()
        }

        var description: String { "\(connections) connections, \(threads) threads, \(memory / 1024) KiB" }
    }

    /// Makes changes, and after each of them calls about it, all of which have to be served.
    private func change(_ cluster: inout ChangingCluster, _ count: Int, _ client: AnyClient) async throws {
        for number in 0..<count {
            let slots = try cluster.change()
            for slot in slots {
                let key = "\(SlotTags.tag(of: slot))changes"
                // A node that has left resets its connections: a write on one of those may have been executed.
                _ = try await client.get(key)
                try await client.set(key, to: "\(number)")
                #expect(try await client.get(key) == "\(number)")
            }
        }
    }

    /// Lets the client hear of everything, and let go of what it needs no more.
    private func settle(
        _ cluster: ChangingCluster, _ client: AnyClient, _ internals: ClusterInternals
    ) async throws {
        try await internals.refresh()
        internals.tickAfterRetirement()
        for slot in stride(from: 0, to: FakeCluster.slotCount, by: 50) {
            _ = try await client.get("\(SlotTags.tag(of: slot))changes")
        }
        internals.tickAfterRetirement()
    }

    // MARK: Cancelled calls

    private static let callers = 50

    /// Between the first and the last of them most of what can happen does.
    private static let longestWaits = 50.0...50_000.0

    private static func value(of key: Int) -> String { "value of \(key)" }

    @Test func `calls of many nodes that are cancelled at random moments mix nothing up`() async throws {
        let cluster = try await SharedCluster.value
        try await ClientKind.async.withClient(try cluster.configuration) { client, internals in
            let prefix = UUID().uuidString
            let keys = (0..<500).map { "\(prefix) \($0)" }
            try await client.setMany(keys.enumerated().map { ($1, Self.value(of: $0)) })
            let callsEach = LongRuns.count(10_000, long: 100_000) / Self.callers
            let isOver = Switch()
            // Others, whose replies must not be touched by it.
            let bystanders = Task { try await bystand(client, keys, until: isOver) }
            let tally = try await withThrowingTaskGroup { group in
                for caller in 0..<Self.callers {
                    group.addTask { try await cancel(callsEach, client, keys, seed: UInt64(caller + 1)) }
                }
                return try await group.reduce((kept: 0, cancelled: 0)) {
                    ($0.kept + $1.kept, $0.cancelled + $1.cancelled)
                }
            }
            isOver.turnOn()
            #expect(try await bystanders.value > 0)
            print("cancelled splits: \(tally)")
            #expect(tally.kept + tally.cancelled == callsEach * Self.callers)
            #expect(tally.kept > 100 && tally.cancelled > 1000)
            // The connections were kept.
            let connections = internals.connections()
            #expect(connections.count == 3)
            #expect(connections.values.allSatisfy { (1...8).contains($0) })
            let times = try await timed { try await client.getMany(keys) }
            #expect(times.value == keys.indices.map(Self.value))
        }
    }

    private func cancel(
        _ count: Int, _ client: AnyClient, _ keys: [String], seed: UInt64
    ) async throws -> (kept: Int, cancelled: Int) {
        var generator = SeededGenerator(seed: seed)
        var (kept, cancelled, longestWait) = (0, 0, 1000.0)
        for _ in 0..<count {
            let chosen = (0..<Int.random(in: 2...12, using: &generator)).map { _ in
                Int.random(in: keys.indices, using: &generator)
            }
            let isPipeline = Bool.random(using: &generator)
            let call = Task {
                if !isPipeline { return try await client.getMany(chosen.map { keys[$0] }) }
                return try await client.pipeline(chosen.map { ["GET", .string(keys[$0])] }).map(\.text)
            }
            let isHasty = Bool.random(using: &generator)
            if isHasty {
                for _ in 0..<generator.next() % 16 { await Task.yield() }
            } else {
                let wait = Double.random(in: 0..<longestWait, using: &generator)
                try await Task.sleep(for: .microseconds(wait))
            }
            call.cancel()
            switch await call.result {
            case .success(let values):
                #expect(values == chosen.map(Self.value))
                kept += 1
                if !isHasty { longestWait = max(longestWait / 1.1, Self.longestWaits.lowerBound) }
            case .failure(let error):
                #expect(error is CancellationError, "\(error)")
                cancelled += 1
                if !isHasty { longestWait = min(longestWait * 1.1, Self.longestWaits.upperBound) }
            }
        }
        return (kept, cancelled)
    }

    private func bystand(_ client: AnyClient, _ keys: [String], until isOver: Switch) async throws -> Int {
        try await withThrowingTaskGroup { group in
            for caller in 0..<10 {
                group.addTask { () throws in
                    var count = 0
                    while !isOver.isOn {
                        let chosen = (0..<5).map { (caller * 31 + count * 7 + $0 * 97) % keys.count }
                        #expect(try await client.getMany(chosen.map { keys[$0] }) == chosen.map(Self.value))
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
