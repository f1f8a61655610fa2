import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Which node gets what, with a real cluster.
@Suite(.timeLimit(.minutes(5))) struct ClusterClientTests {
    /// A key of each node.
    private static let keys = [0, 6_000, 16_000].map { "\(SlotTags.tag(of: $0))client" }

    @Test(arguments: ClientKind.allCases)
    func `a command goes to the node of its key`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            for key in Self.keys {
                let own = "\(key)\(UUID())"
                #expect(try await client.execute(["SET", .string(own), "value"]) == .simpleString("OK"))
                #expect(try await client.execute(["OBJECT", "ENCODING", .string(own)]) == .bulk("embstr"))
                let script = "return redis.call('GET', KEYS[1])"
                #expect(try await client.execute(["EVAL", .string(script), 1, .string(own)]) == .bulk("value"))
                #expect(try await client.execute(["UNLINK", .string(own)]) == .integer(1))
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a command without a key goes to any primary`(kind: ClientKind) async throws {
        try await withFakeCluster(3, replicas: 1) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                var left = Set(0..<3)
                let isAnyAsked = try await eventually {
                    let reply = try await client.execute(["PING"])
                    #expect(reply == .simpleString("PONG"))
                    left = left.filter { cluster.count(of: "PING", at: $0) == 0 }
                    return left.isEmpty
                }
                #expect(isAnyAsked)
                #expect((3..<6).allSatisfy { cluster.count(of: "PING", at: $0) == 0 })
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a command without a key goes to a primary that is there`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                #expect(try await client.execute(["PING"]) == .simpleString("PONG"))
                cluster.set(.refuses, of: [1])
                for _ in 0..<30 {
                    let (time, reply) = try await timed { try await client.execute(.reading("PING")) }
                    #expect(reply == .simpleString("PONG"))
                    #expect(time < .milliseconds(500) + tolerance)
                }
                #expect(try await client.transaction([["PING"]]) == [.simpleString("PONG")])
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a command that says by which key it is routed goes to the node of that`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        let myself: RESPCommand = ["CLUSTER", "MYID"]
        try await kind.withClient(cluster.configuration) { client async throws in
            for (node, key) in zip(cluster.nodes, Self.keys) {
                #expect(try await client.execute(myself.routed(by: key)) == .bulk(node.id))
                #expect(try await client.transaction([myself.routed(by: key), ["PING"]]).first == .bulk(node.id))
            }
            let replies = try await client.pipeline(Self.keys.map { myself.routed(by: $0) })
            #expect(replies == cluster.nodes.prefix(3).map { .bulk($0.id) })
            let error = await client.error {
                try await $0.transaction([myself.routed(by: Self.keys[0]), myself.routed(by: Self.keys[1])])
            }
            #expect(error?.ofCluster?.reason == .crossSlot)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a scan is refused, and nothing is sent`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                _ = try await client.getMany(Self.keys)
                cluster.resetCounts()
                for call: (AnyClient) async throws -> Void in [
                    { _ = try await $0.execute(["scan", 0]) },
                    { _ = try await $0.pipeline([["PING"], ["SCAN", 0, "MATCH", "*"]]) },
                    { _ = try await $0.transaction([["SCAN", 0]]) },
                ] {
                    let error = await client.error(of: call)
                    #expect(error?.ofCluster?.reason == .needsOneNode(command: "SCAN"))
                    #expect(error?.outcome == .notExecuted)
                }
                #expect(cluster.commandCount() == 0)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `commands that others' connections are not for are refused as on one server`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            #expect(
                await client.error { try await $0.execute(["WATCH", "k"]) } == .needsExclusiveLease(command: "WATCH"))
            #expect(await client.error { try await $0.execute(["MONITOR"]) } == .unsupportedCommand(command: "MONITOR"))
            #expect(await client.error { try await $0.execute([]) } == .emptyCommand)
            #expect(try await client.pipeline([]).isEmpty)
            #expect(try await client.transaction([]).isEmpty)
        }
    }

    // MARK: - Pipelines

    @Test(arguments: ClientKind.allCases)
    func `a pipeline is divided by nodes, and each reply is in its place`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            let own = "\(UUID())"
            var commands: [RESPCommand] = []
            var expected: [RESPReply] = []
            for number in 0..<300 {
                let key = RESPArgument.string("\(SlotTags.tag(of: number * 50 % HashSlot.count))\(own)")
                commands += [
                    ["SET", key, .integer(number)], ["INCR", key], ["ECHO", .integer(number)], ["LPUSH", key, "a"],
                ]
                expected += [.simpleString("OK"), .integer(Int64(number + 1)), .bulk("\(number)")]
            }
            let replies = try await client.pipeline(commands)
            #expect(replies.enumerated().filter { $0.offset % 4 != 3 }.map(\.element) == expected)
            #expect(
                replies.enumerated().filter { $0.offset % 4 == 3 }.allSatisfy { $0.element.errorCode == "WRONGTYPE" })
        }
    }

    // MARK: - Nodes

    @Test(arguments: ClientKind.allCases)
    func `a closure is called for each primary`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            let ids = try await client.onEachPrimary(["CLUSTER", "MYID"]).compactMap(\.text)
            #expect(ids.sorted() == cluster.nodes.prefix(3).map(\.id).sorted())
            // There is no redirect.
            let error = await client.error { try await $0.onEachPrimary(["GET", .string(Self.keys[1])]) }
            let failure = try #require(error?.ofCluster)
            #expect(failure.reason == .nodesFailed)
            #expect(failure.parts == 3 && failure.partsDone == 1)
            #expect(Set(failure.failures.map(\.node)) == [cluster.nodes[0].address, cluster.nodes[2].address])
            #expect(failure.failures.allSatisfy { $0.reason.serverCode == "MOVED" })
        }
    }

    @Test func `what a closure throws for a primary is thrown as it is`() async throws {
        struct Own: Error {}
        let cluster = try await SharedCluster.value
        let async = try AsyncRedisClient(cluster.configuration)
        await #expect(throws: Own.self) { try await async.onEachPrimary { _ in throw Own() } }
        await async.close()
        let sync = try SyncRedisClient(cluster.configuration)
        try await onThread {
            #expect(throws: Own.self) { try sync.onEachPrimary { _ in throw Own() } }
            sync.close()
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a connection is lent to the node of a key, and shows redirects`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            for (node, key) in zip(cluster.nodes, Self.keys) {
                let commands: [RESPCommand] = [
                    ["CLUSTER", "MYID"], ["WATCH", .string(key)], ["MULTI"], ["SET", .string(key), "1"], ["EXEC"],
                    ["GET", .string(key)],
                ]
                let replies = try await client.exclusively(key, commands)
                #expect(replies[0] == .bulk(node.id))
                #expect(replies[4] == .array([.simpleString("OK")]))
                #expect(replies[5] == .bulk("1"))
            }
            let error = await client.error { try await $0.exclusively(Self.keys[0], [["GET", .string(Self.keys[1])]]) }
            #expect(error?.serverCode == "MOVED")
        }
    }

    @Test func `a client has a pool of its own of one server alone`() async throws {
        let server = try await SharedServer.value
        let cluster = try await SharedCluster.value
        let clients = (try AsyncRedisClient(url: server.url), try AsyncRedisClient(cluster.configuration))
        #expect(clients.0.pool != nil && clients.1.pool == nil)
        #expect(try await clients.0.onEachPrimary { try await $0.execute(["PING"]) } == [.simpleString("PONG")])
        #expect(
            try await clients.0.withConnection(for: "key") { try await $0.execute(["PING"]) } == .simpleString("PONG"))
        let onReactor = try await withTaskExecutorPreference(clients.1.taskExecutor) {
            try await clients.1.execute(["ECHO", "a"])
        }
        #expect(onReactor == .bulk("a"))
        await clients.0.close()
        await clients.1.close()
    }
}
