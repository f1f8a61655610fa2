import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Transactions on a cluster: of one slot, as a whole or not at all.
@Suite(.timeLimit(.minutes(5))) struct ClusterTransactionTests {
    private static func increments(_ keys: [String]) -> [RESPCommand] { keys.map { ["INCR", .string($0)] } }

    @Test(arguments: ClientKind.allCases)
    func `one on keys of two slots is refused, and nothing is sent`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                // Both of one node, which does not make it better.
                for slots in [[1, 2], [1, 16_000]] {
                    let keys = slots.map { SlotTags.tag(of: $0) }
                    _ = try await client.getMany(keys)
                    cluster.resetCounts()
                    let error = await client.error { try await $0.transaction(Self.increments(keys)) }
                    #expect(error?.ofCluster?.reason == .crossSlot)
                    #expect(error?.outcome == .notExecuted)
                    #expect(cluster.commandCount() == 0)
                    #expect(try await client.getMany(keys) == [nil, nil])
                }
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `one on keys of one slot is executed as a whole`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            for slot in [0, 8_000, 16_383] {
                let tag = "\(SlotTags.tag(of: slot))\(UUID())"
                let commands: [RESPCommand] = [
                    ["SET", "\(tag):a", "1"], ["INCRBY", "\(tag):a", 41], ["LPUSH", "\(tag):a", "x"],
                    ["GET", "\(tag):a"],
                ]
                let replies = try await client.transaction(commands)
                #expect(replies.map(\.integer) == [nil, 42, nil, 42])
                #expect(replies[2].errorCode == "WRONGTYPE")
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `one without a key goes to some node`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            #expect(try await client.transaction([["PING"], ["ECHO", "a"]]) == [.simpleString("PONG"), .bulk("a")])
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `one whose slot has moved is sent again as a whole, and executed once`(kind: ClientKind) async throws {
        try await withCluster(.init { $0.replicasPerPrimary = 0 }) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                let keys = ["a", "b"].map { SlotTags.tag(of: 5) + $0 }
                #expect(try await client.transaction(Self.increments(keys)).map(\.integer) == [1, 1])
                try await onThread { try cluster.moveSlots(5...5, to: cluster.nodes[1]) }
                #expect(try await client.transaction(Self.increments(keys)).map(\.integer) == [2, 2])
                // What follows goes there at once.
                let redirects = try await onThread { try cluster.nodes[0].errors("MOVED") }
                #expect(redirects > 0)
                #expect(try await client.transaction(Self.increments(keys)).map(\.integer) == [3, 3])
                #expect(try await onThread { try cluster.nodes[0].errors("MOVED") } == redirects)
            }
        }
    }

    /// The slot moves between the commands and `EXEC`, which a real server cannot be made to do at will.
    @Test(arguments: ClientKind.allCases, ["MOVED", "ASK"])
    func `one that is redirected at its end is sent again as a whole`(kind: ClientKind, _ code: String) async throws {
        try await withFakeCluster(2) { cluster in
            let keys = ["a", "b"].map { SlotTags.tag(of: 5) + $0 }
            try await kind.withClient(cluster.configuration) { client async throws in
                #expect(try await client.transaction(Self.increments(keys)).map(\.integer) == [1, 1])
                cluster.resetCounts()
                let target = "\(code) 5 \(cluster.address(of: 1))"
                cluster.script { call in
                    call.node.index == 0 && call.name == "EXEC" && call.number == 1 ? .error(target) : nil
                }
                if code == "MOVED" { cluster.move(5...5, toShard: 1) }
                #expect(try await client.transaction(Self.increments(keys)).map(\.integer) == [2, 2])
                #expect(cluster.count(of: "INCR", at: 1) == 2)
                #expect(cluster.count(of: "ASKING", at: 1) == (code == "ASK" ? 1 : 0))
            }
        }
    }
}
