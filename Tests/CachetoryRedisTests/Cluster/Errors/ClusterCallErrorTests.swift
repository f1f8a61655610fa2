import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What errors tell: which node, slot, command and key, and whether anything was done.
@Suite(.timeLimit(.minutes(5))) struct ClusterCallErrorTests {
    // MARK: - What a node refuses

    @Test(arguments: ClientKind.allCases)
    func `a refusal names the node, the slot, the command and the key`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            let (slot, key) = (6_000, "\(SlotTags.tag(of: 6_000))\(UUID())")
            _ = try await client.execute(["LPUSH", .string(key), "a"])
            func check(_ refusal: RESPServerError?, _ command: String) {
                #expect(refusal?.code == "WRONGTYPE")
                #expect(refusal?.node == cluster.nodes[1].address)
                #expect(refusal?.slot == slot)
                #expect(refusal?.command == command)
                #expect(refusal?.key == key)
            }
            for call: (AnyClient) async throws -> Void in [
                { _ = try await $0.get(key) }, { _ = try await $0.execute(["GET", .string(key)]) },
            ] {
                let error = await client.error(of: call)
                check(error?.refusal, "GET")
                #expect(error?.outcome == .notExecuted)
                let text = "Redis at \(cluster.nodes[1].address) (slot \(slot)) refused GET of '\(key)': WRONGTYPE"
                #expect(error?.description.hasPrefix(text) == true)
            }
            // In its place, where others are executed.
            let commands: [RESPCommand] = [["GET", .string(key)], ["LLEN", .string(key)]]
            for replies in [try await client.pipeline(commands), try await client.transaction(commands)] {
                if case .error(let refusal) = replies[0] { check(refusal, "GET") } else { Issue.record("\(replies)") }
                #expect(replies[1] == .integer(1))
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a transaction that is refused names the node, the slot, and the command at fault`(
        kind: ClientKind
    ) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            let (slot, key) = (16_000, "\(SlotTags.tag(of: 16_000))\(UUID())")
            let error = await client.error {
                try await $0.transaction([["SET", .string(key), "1"], ["GET", .string(key), "2"]])
            }
            #expect(error?.refusal?.message.contains("wrong number of arguments") == true)
            #expect(error?.refusal?.node == cluster.nodes[2].address)
            #expect(error?.refusal?.slot == slot)
            #expect(error?.refusal?.command == "GET")
            #expect(error?.outcome == .notExecuted)
            #expect(try await client.get(key) == nil)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `keys of several slots in one command are for the server to refuse`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        try await kind.withClient(cluster.configuration) { client async throws in
            let (a, b) = (SlotTags.tag(of: 10), SlotTags.tag(of: 16_000))
            let error = await client.error { try await $0.execute(["MGET", .string(a), .string(b)]) }
            #expect(error?.refusal?.code == "CROSSSLOT")
            #expect(error?.refusal?.node == cluster.nodes[0].address)
            #expect(error?.refusal?.command == "MGET")
            #expect(error?.outcome == .notExecuted)
        }
    }

    // MARK: - Calls in parts

    @Test(arguments: ClientKind.allCases, [nil, 60_000])
    func `a call that is refused in part says by whom, and how much was done`(
        kind: ClientKind, _ milliseconds: Int?
    ) async throws {
        try await withCluster(.init { $0.replicasPerPrimary = 0 }) { cluster in
            let full = cluster.nodes[1]
            _ = try await onThread { try full.send("CONFIG", "SET", "maxmemory", "1") }
            try await kind.withClient(cluster.configuration) { client async throws in
                // Two keys of each slot, as `MSET` of one is `SET`.
                let slots = [0, 5, 6_000, 6_005, 16_000]
                let keys = slots.flatMap { slot in [1, 2].map { "\(SlotTags.tag(of: slot))\($0)" } }
                let items: [(key: String, value: String)] = keys.map { ($0, "value") }
                let error = await client.error { try await $0.setMany(items, milliseconds: milliseconds) }
                let failure = try #require(error?.ofCluster, "\(String(describing: error))")
                #expect(failure.reason == .nodesFailed)
                #expect(failure.parts == slots.count && failure.partsDone == 3)
                #expect(failure.outcome == .unknown)
                #expect(failure.failures.compactMap(\.slot).sorted() == [6_000, 6_005])
                for part in failure.failures {
                    #expect(part.node == full.address)
                    #expect(part.reason.serverCode == "OOM")
                }
                // What was done is done.
                let values = try await client.getMany(keys)
                #expect(values.indices.allSatisfy { values[$0] == ((4..<8).contains($0) ? nil : "value") })

                // Where no part was done, it may be tried again without harm.
                let refused = await client.error { try await $0.setMany(Array(items[4..<8])) }
                #expect(refused?.outcome == .notExecuted)
                // Reads go on.
                #expect(try await client.getMany([keys[4], keys[6]]) == [nil, nil])
            }
        }
    }

    // MARK: - Nodes that do not answer

    @Test(arguments: ClientKind.allCases)
    func `a node that hangs is named at the deadline, and the others go on`(kind: ClientKind) async throws {
        let limit = Duration.seconds(3)
        try await withCluster(.init { $0.replicasPerPrimary = 0 }) { cluster in
            var configuration = try cluster.configuration
            configuration.node.commandTimeout = limit
            let (hanging, keys) = (cluster.nodes[1], [0, 6_000, 16_000].map { SlotTags.tag(of: $0) })
            // The others serve their slots though one of them does not.
            try await onThread {
                for node in cluster.nodes { _ = try node.send("CONFIG", "SET", "cluster-require-full-coverage", "no") }
            }
            try await kind.withClient(configuration) { client async throws in
                #expect(try await eventually { await client.error { try await $0.getMany(keys) } == nil })
                hanging.suspend()
                let (time, error) = await timed {
                    await client.error { try await $0.execute(["INCR", .string(keys[1])]) }
                }
                #expect(time > limit - .milliseconds(50) && time < limit + .milliseconds(50) + tolerance)
                check(error, .timedOut(.unknown), hanging, slot: 6_000)
                #expect(try await client.get(keys[0]) == nil)
                #expect(try await client.get(keys[2]) == nil)

                // In part, too.
                let part = await client.error { try await $0.setMany(keys.map { ($0, "value") }) }
                #expect(part?.ofCluster?.partsDone == 2 && part?.ofCluster?.parts == 3)
                // Nobody waits behind a reply that is overdue, and there is no other connection.
                #expect(part?.ofCluster?.slot == 6_000)
                #expect(part?.ofCluster?.failures.map(\.reason.outcome) == [.notExecuted])
                #expect(try await client.getMany([keys[0], keys[2]]) == ["value", "value"])
                hanging.resume()
                #expect(try await eventually { await client.error { try await $0.get(keys[1]) } == nil })
            }
        }
    }

    private func check(_ error: RedisCallError?, _ reason: RedisCallError, _ node: LocalClusterNode, slot: Int) {
        #expect(error?.ofCluster?.failures.map(\.reason) == [reason])
        #expect(error?.ofCluster?.node == node.address)
        #expect(error?.ofCluster?.slot == slot)
        #expect(error?.outcome == .unknown)
        #expect(error?.description.contains("\(node.address) (slot \(slot))") == true)
    }

    @Test(arguments: ClientKind.allCases)
    func `a connection that breaks under a write names the node, and may have done it`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                let key = SlotTags.tag(of: 6_000)
                #expect(try await client.execute(["INCR", .string(key)]) == .integer(1))
                cluster.script { $0.name == "INCR" && $0.number > 1 ? .reset : nil }
                let error = await client.error { try await $0.execute(["INCR", .string(key)]) }
                guard case .connectionLost(_, .unknown)? = error?.ofCluster?.failures.first?.reason else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(error?.ofCluster?.node == "\(cluster.address(of: 1))")
                #expect(error?.ofCluster?.slot == 6_000)
                #expect(error?.outcome == .unknown)
                #expect(cluster.count(of: "INCR") == 2)
                cluster.script(nil)
                #expect(try await client.execute(["INCR", .string(key)]) == .integer(2))
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a connection that breaks under a read is none of its caller's business`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                let keys = [0, 6_000, 16_000].map { SlotTags.tag(of: $0) }
                try await client.setMany(keys.map { ($0, "value") })
                cluster.script { $0.name == "GET" && $0.node.index == 1 && $0.number % 2 == 1 ? .reset : nil }
                #expect(try await client.get(keys[1]) == "value")
                #expect(try await client.getMany(keys) == ["value", "value", "value"])
                #expect(
                    try await client.pipeline(keys.map { .reading("GET", .string($0)) }).map(\.text).allSatisfy {
                        $0 == "value"
                    })
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a node that is gone is named, with its address`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            try await kind.withClient(cluster.configuration) { client async throws in
                let key = SlotTags.tag(of: 6_000)
                _ = try await client.get(SlotTags.tag(of: 0))
                cluster.set(.refuses, of: [1])
                let (time, error) = await timed { await client.error { try await $0.set(key, to: "value") } }
                // Another node may take its place for a second; later callers are told at once.
                #expect(time < .milliseconds(1_100) + tolerance)
                #expect(error?.outcome == .notExecuted)
                #expect(error?.description.contains("\(cluster.address(of: 1))") == true)
                #expect(try await client.get(SlotTags.tag(of: 0)) == nil)
            }
        }
    }
}

extension RedisCallError {
    /// What a server said.
    fileprivate var refusal: RESPServerError? {
        if case .server(let error) = self { error } else { nil }
    }
}
