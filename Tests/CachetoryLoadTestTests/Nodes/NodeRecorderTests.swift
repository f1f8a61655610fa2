import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(2)))
struct NodeRecorderTests {
    /// A recorder of keys of which each has a node of its own, or a common one with others, or none.
    private func recorder(keys: Int, node: @escaping @Sendable (_ key: Int) -> Int?) -> NodeRecorder {
        let names = (0..<keys).map { "key-\($0)" }
        let numbers = Dictionary(
            names.enumerated().map { (HashSlot(of: $1), $0) }, uniquingKeysWith: { first, _ in first })
        return NodeRecorder(
            KeyPlaces(
                names,
                owners: SlotOwners { slot in
                    numbers[slot].flatMap(node).map { .init(number: $0, address: .tcp(host: "h", port: 7000 + $0)) }
                }))
    }

    private func counts(_ recorder: NodeRecorder) -> [String: [Int]] {
        Dictionary(uniqueKeysWithValues: recorder.samples.map { ($0.address, [Int($0.latencies.total), $0.errors]) })
    }

    @Test func `an operation counts for the node of its key, and one on several for each of theirs`() {
        let recorder = recorder(keys: 4) { [1, 2, 2, nil][$0] }
        recorder.record(.get(0), 100)
        recorder.record(.set(1), 300)
        recorder.record(.getMany([0, 1, 2, 1]), 500)
        recorder.record(.setMany([2, 1, 3]), 700)
        recorder.record(.get(3), 900)
        #expect(counts(recorder) == ["h:7001": [2, 0], "h:7002": [3, 0]])
        #expect(recorder.samples.map(\.latencies.longest) == [500, 700])
    }

    @Test func `a node keeps its row when it gets another number`() {
        let number = Lock(3)
        let recorder = NodeRecorder(
            KeyPlaces(
                ["key"],
                owners: SlotOwners { _ in .init(number: number.withLock { $0 }, address: .tcp(host: "h", port: 1)) }))
        recorder.record(.get(0), 1)
        number.withLock { $0 = 100 }
        recorder.record(.get(0), 1)
        #expect(counts(recorder) == ["h:1": [2, 0]])
    }

    @Test func `a failure counts for the nodes that it names, or else for those of the keys`() {
        let recorder = recorder(keys: 2) { $0 }
        recorder.noteFailure(of: .get(0), RedisCallError.timedOut(.unknown))
        recorder.noteFailure(of: .getMany([0, 1]), RedisCallError.timedOut(.unknown))
        let failures = ["a:1", "a:1", "a:2"].map { RedisClusterError.Failure(node: $0, slot: 5, .timedOut(.unknown)) }
        recorder.noteFailure(of: .get(0), RedisCallError.cluster(RedisClusterError(.nodesFailed, failures: failures)))
        let refused = RESPServerError(code: "OOM", message: "").from(node: "a:2", slot: 5)
        recorder.noteFailure(of: .get(0), RedisCallError.server(refused))
        #expect(counts(recorder) == ["a:1": [0, 1], "a:2": [0, 2], "h:7000": [0, 2], "h:7001": [0, 1]])
    }

    @Test func `of many nodes the first ones have rows, and the others have one together`() {
        let recorder = recorder(keys: 100) { $0 }
        for key in 0..<100 {
            recorder.record(.get(key), 1)
            recorder.noteFailure(of: .get(key), RedisCallError.timedOut(.unknown))
        }
        let counts = counts(recorder)
        #expect(counts.count == 65)
        #expect(counts.values.reduce(0) { $0 + $1[0] } == 100)
        #expect(counts[NodeRecorder.others]?[0] ?? 0 > 30)
        #expect(counts[NodeRecorder.others]?[0] == counts[NodeRecorder.others]?[1])
    }

    @Test func `threads at once lose nothing`() async throws {
        let recorder = recorder(keys: 50) { $0 % 5 }
        try await onThreads(4) { thread in
            for number in 0..<10_000 { recorder.record(.get((number + thread) % 50), UInt64(number)) }
        }
        #expect(recorder.samples.count == 5)
        #expect(recorder.samples.reduce(0) { $0 + $1.latencies.total } == 40_000)
    }
}
