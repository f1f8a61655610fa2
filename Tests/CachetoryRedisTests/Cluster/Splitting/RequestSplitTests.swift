import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct RequestSplitTests {
    /// Keys of three slots: `a`, `b` and `c` are tags.
    private static let keys = ["{b}1", "{a}1", "{b}2", "{c}1", "{a}1", "{b}1"]

    private func parted(_ request: Request) -> RequestSplit? {
        if case .split(let split) = request.placement { split } else { nil }
    }

    private func bytes(_ request: Request) -> [UInt8] {
        var buffer = OutgoingBytes()
        request.encode(into: &buffer)
        return buffer.copied.withUnsafeBytes { Array($0) }
    }

    // MARK: - Where a request goes

    @Test(
        arguments: [
            Request("GET", key: "foo", isReadOnly: true),
            Request("MGET", keys: ["foo", "{foo}1", "foo"], isReadOnly: true),
            Request("UNLINK", keys: ["foo"]), Request(set: "foo", to: Data(), milliseconds: 1, ifNotExists: true),
            Request(setAll: [("foo", Data()), ("{foo}", Data())], milliseconds: nil),
            Request(setAll: [("foo", Data()), ("{foo}", Data())], milliseconds: 1), Request(["INCR", "foo"]),
            Request(["INCR", "foo"], [["PING"], ["GET", "foo"]]),
            Request(transaction: [["PERSIST", "foo"], ["EXISTS", "foo"]]),
            Request(together: [Request("GET", key: "foo"), Request(["GET", "{foo}"])]),
        ])
    func `a request of one slot goes there as it is`(request: Request) throws {
        guard case .slot(let slot) = request.placement else {
            Issue.record("\(request.placement)")
            return
        }
        #expect(slot.number == 12_182)
        if let only = request.slotOfOnlyKey { #expect(only == slot) }
    }

    @Test(
        arguments: [
            Request(["PING"]), Request(transaction: [["PING"]]), Request("MGET", keys: []),
            Request(["FLUSHDB", "ASYNC"]),
            Request(setAll: [], milliseconds: nil), Request.emptyTransaction,
        ])
    func `a request without keys goes anywhere`(request: Request) {
        guard case .keyless = request.placement else {
            Issue.record("\(request.placement)")
            return
        }
    }

    @Test(
        arguments: [
            Request(["MGET", "foo", "bar"]), Request(transaction: [["GET", "foo"], ["GET", "bar"]]),
            Request(["GET", "foo"], [["GET", "bar"]]), Request("SUNION", keys: ["foo", "bar"]),
            Request(together: [Request("GET", key: "foo"), Request("GET", key: "bar")]),
        ])
    func `what is not to be divided is not`(request: Request) {
        guard case .severalSlots(let first) = request.placement else {
            Issue.record("\(request.placement)")
            return
        }
        #expect(first.number == 12_182)
    }

    // MARK: - Parts

    @Test func `keys are divided by slot, in the order in which they come`() throws {
        let split = try #require(parted(Request("MGET", keys: Self.keys, isReadOnly: true)))
        #expect(split.keyCount == 6)
        #expect(split.parts.map(\.slot) == ["b", "a", "c"].map { HashSlot(of: $0) })
        #expect(split.parts.map { Array($0.indices) } == [[0, 2, 5], [1, 4], [3]])
        let requests: [Request] = [
            Request(["MGET", "{b}1", "{b}2", "{b}1"]), Request(["MGET", "{a}1", "{a}1"]), Request(["MGET", "{c}1"]),
        ]
        #expect(split.parts.map { bytes($0.request) } == requests.map(bytes))
        #expect(split.parts.allSatisfy { $0.request.isReadOnly && $0.request.replyCount == 1 })
    }

    @Test(arguments: ["UNLINK", "DEL", "EXISTS", "TOUCH"])
    func `commands that count are divided`(name: String) throws {
        let requests: [String: Request] = [
            "UNLINK": Request("UNLINK", keys: Self.keys), "DEL": Request("DEL", keys: Self.keys),
            "EXISTS": Request("EXISTS", keys: Self.keys), "TOUCH": Request("TOUCH", keys: Self.keys),
        ]
        let request = try #require(requests[name])
        let split = try #require(parted(request))
        let expected = Request(RESPCommand([.string(name), "{a}1", "{a}1"]))
        #expect(bytes(split.parts[1].request) == bytes(expected))
        #expect(!split.parts[1].request.isReadOnly)
    }

    private static let items = keys.enumerated().map { ($1, Data("\($0)".utf8)) }

    @Test func `items are divided by slot, the last value of a key last`() throws {
        let split = try #require(parted(Request(setAll: Self.items, milliseconds: nil)))
        #expect(split.parts.map { Array($0.indices) } == [[0, 2, 5], [1, 4], [3]])
        let requests: [Request] = [
            Request(["MSET", "{b}1", "0", "{b}2", "2", "{b}1", "5"]), Request(["MSET", "{a}1", "1", "{a}1", "4"]),
            Request(["SET", "{c}1", "3"]),
        ]
        #expect(split.parts.map { bytes($0.request) } == requests.map(bytes))
        #expect(split.parts.allSatisfy { $0.request.kind == .plain })
    }

    @Test func `with a time to live, each slot has a transaction, but for a single item`() throws {
        let split = try #require(parted(Request(setAll: Self.items, milliseconds: 9)))
        let requests = [
            Request(transaction: [
                ["SET", "{b}1", "0", "PX", 9], ["SET", "{b}2", "2", "PX", 9], ["SET", "{b}1", "5", "PX", 9],
            ]),
            Request(transaction: [["SET", "{a}1", "1", "PX", 9], ["SET", "{a}1", "4", "PX", 9]]),
            Request(["SET", "{c}1", "3", "PX", 9]),
        ]
        #expect(split.parts.map { bytes($0.request) } == requests.map(bytes))
        #expect(split.parts.map(\.request.kind) == [.transaction, .transaction, .plain])
    }

    @Test func `each key is in the part of its slot, for any keys`() throws {
        var random = SeededGenerator(seed: 1)
        for count in [2, 3, 10, 100, 5_000] {
            let keys = (0..<count).map { _ in "key\(Int.random(in: 0..<count * 2, using: &random))" } + ["{x}", "{y}"]
            let split = try #require(parted(Request("MGET", keys: keys)))
            #expect(Set(split.parts.map(\.slot)).count == split.parts.count)
            #expect(split.parts.flatMap(\.indices).sorted() == Array(keys.indices))
            for part in split.parts {
                #expect(Array(part.indices) == part.indices.sorted())
                #expect(part.indices.allSatisfy { HashSlot(of: keys[$0]) == part.slot })
            }
            let first = split.parts.map { $0.indices.first ?? -1 }
            #expect(first == first.sorted())
        }
    }

    @Test func `all slots at once are that many parts`() throws {
        // A tag for each slot.
        var tags: [HashSlot: String] = [:]
        var number = 0
        while tags.count < HashSlot.count {
            tags[HashSlot(of: "\(number)")] = "\(number)"
            number += 1
        }
        let split = try #require(parted(Request("MGET", keys: Array(tags.values) + Array(tags.values))))
        #expect(split.parts.count == HashSlot.count)
        #expect(split.parts.allSatisfy { $0.indices.count == 2 })
    }

    // MARK: - Smaller ones

    @Test func `time grows with the number of keys`() throws {
        let requests = [10_000, 40_000].map { count in Request("MGET", keys: (0..<count).map { "key:\($0)" }) }
        let times = requests.map { request in
            (0..<3).map { _ in ContinuousClock().measure { _ = request.placement } }.min() ?? .zero
        }
        #expect(times[1] < times[0] * 12 + .milliseconds(5))
    }
}
