import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLocalServer

@Suite(.timeLimit(.minutes(5)))
struct LocalClusterTests {
    /// Keys that begin with the tag are of this slot, which the first shard has at the beginning.
    private static let tag = "{bar}"
    private static let slot = FakeCluster.slot(of: tag)

    @Test func `three primaries with a replica each share the slots`() async throws {
        let cluster = try await SharedCluster.value
        try await onThread {
            #expect(cluster.nodes.count == 6)
            let addresses = cluster.nodes.map { "127.0.0.1:\($0.port)" }
            #expect(cluster.url == "redis+cluster://" + addresses.joined(separator: ","))
            #expect(try cluster.primaries() == Array(cluster.nodes.prefix(3)))
            for shard in 0..<3 {
                #expect(try cluster.primary(ofShard: shard) == cluster.nodes[shard])
                #expect(try cluster.replicas(ofShard: shard) == [cluster.nodes[3 + shard]])
            }
            for node in cluster.nodes {
                let info = try node.send("CLUSTER", "INFO").text ?? ""
                #expect(info.contains("cluster_state:ok"))
                #expect(info.contains("cluster_slots_ok:16384"))
                #expect(info.contains("cluster_known_nodes:6"))
                let view = try node.view()
                #expect(view.members.map(\.address).sorted() == cluster.nodes.map(\.address).sorted())
                #expect(view.owner(of: 0)?.id == cluster.nodes[0].id)
                #expect(view.owner(of: 16_383)?.id == cluster.nodes[2].id)
            }
        }
    }

    @Test func `it does what clients do, and counts it`() async throws {
        let cluster = try await SharedCluster.value
        try await onThread {
            let key = "\(Self.tag)\(UUID())"
            let owner = try cluster.primary(ofSlot: Self.slot)
            let other = try #require(cluster.primaries().first { $0 != owner })
            let (gets, moves) = (try owner.calls(of: "get"), try other.errors("MOVED"))
            let client = try NodeConnection(owner.host, owner.port)
            #expect(try client.ask("SET \(key) value") == "OK")
            #expect(try client.ask("GET \(key)") == "value")
            #expect(try owner.calls(of: "get") == gets + 1)
            #expect(try other.send("GET", key).error == "MOVED \(Self.slot) \(owner.address)")
            #expect(try other.errors("MOVED") == moves + 1)
            #expect(try owner.send("GET", key).text == "value")
            #expect(try owner.send("DBSIZE").integer ?? 0 > 0)
        }
    }

    @Test func `slots move with their keys`() async throws {
        try await onThreadWithCluster { cluster in
            let primaries = try cluster.primaries()
            for number in 0..<2_000 {
                let key = "key:\(number)"
                let node = try cluster.owner(of: key, primaries)
                #expect(try node.send("SET", key, "\(number)").text == "OK")
            }
            let slots = 0...99
            let keys = (0..<2_000).map { "key:\($0)" }.filter { slots.contains(FakeCluster.slot(of: $0)) }
            try #require(!keys.isEmpty)
            let target = cluster.nodes[2]
            let count = try target.send("DBSIZE").integer ?? 0
            try cluster.moveSlots(slots, to: target)
            #expect(try target.send("DBSIZE").integer == count + keys.count)
            for key in keys {
                #expect(try target.send("GET", key).text == String(key.dropFirst(4)))
                #expect(try cluster.nodes[0].send("GET", key).error?.hasPrefix("MOVED") == true)
            }
            for node in cluster.nodes { #expect(try node.view().owner(of: 50)?.id == target.id) }
        }
    }

    @Test func `a slot may stay between two nodes`() async throws {
        try await onThreadWithCluster { cluster in
            let (source, target) = (try cluster.primary(ofSlot: Self.slot), cluster.nodes[2])
            let keys = (0..<10).map { "\(Self.tag)\($0)" }
            for key in keys { #expect(try source.send("SET", key, "value").text == "OK") }
            var migration = try cluster.beginMigration(ofSlot: Self.slot, to: target, movingKeys: 4)
            #expect(try source.send("DBSIZE").integer == 6)
            #expect(try target.send("DBSIZE").integer == 4)
            let replies = try keys.map { try source.send("GET", $0) }
            #expect(replies.count { $0.text == "value" } == 6)
            #expect(replies.count { $0.error == "ASK \(Self.slot) \(target.address)" } == 4)
            // Servers before Redis 7 say `ASK`.
            let refusal = try source.send(["MGET"] + keys).error ?? ""
            #expect(refusal.hasPrefix("TRYAGAIN") || refusal.hasPrefix("ASK"))

            try migration.abandon()
            #expect(try source.send("DBSIZE").integer == 10)
            #expect(try source.send("GET", keys[0]).text == "value")

            migration = try cluster.beginMigration(ofSlot: Self.slot, to: target)
            #expect(try migration.moveKeys(atMost: 3) == 3)
            try migration.finish()
            #expect(try target.send("DBSIZE").integer == 10)
            #expect(try source.send("GET", keys[0]).error == "MOVED \(Self.slot) \(target.address)")
            #expect(try target.send(["MGET"] + keys).list?.count == 10)
        }
    }

    @Test func `a replica takes its primary's place when it is told to, and back`() async throws {
        try await onThreadWithCluster { cluster in
            let (primary, replica) = (cluster.nodes[0], cluster.nodes[3])
            #expect(try cluster.failover(ofShard: 0) == replica)
            #expect(try cluster.primary(ofShard: 0) == replica)
            try cluster.waitUntilSettled()
            #expect(try cluster.replicas(ofShard: 0) == [primary])
            #expect(try cluster.failover(ofShard: 0, .takeover) == primary)
            try cluster.waitUntilSettled()
            #expect(try cluster.primary(ofSlot: 0) == primary)
        }
    }

    @Test func `a replica takes the place of a primary that was killed, which follows it then`() async throws {
        try await onThreadWithCluster { cluster in
            let (primary, replica) = (cluster.nodes[1], cluster.nodes[4])
            let id = try #require(primary.processID)
            primary.kill()
            #expect(kill(id, 0) != 0)
            #expect(throws: NodeConnection.Failed.self) { try NodeConnection(primary.host, primary.port) }
            #expect(try cluster.waitForPromotion(insteadOf: primary) == replica)
            #expect(try cluster.primaries().contains(replica))
            try primary.restart()
            try cluster.waitUntilSettled()
            #expect(try cluster.replicas(ofShard: 1) == [primary])
        }
    }

    @Test func `a replica takes the place of a suspended primary`() async throws {
        try await onThreadWithCluster { cluster in
            let primary = cluster.nodes[2]
            let client = try NodeConnection(primary.host, primary.port)
            primary.suspend()
            #expect(!primary.isServing)
            try client.send(["PING"])
            #expect(try cluster.waitForPromotion(insteadOf: primary) == cluster.nodes[5])
            #expect(client.isSilent(for: 0))
            primary.resume()
            #expect(try client.receive().text == "PONG")
            try cluster.waitUntilSettled()
            #expect(try !primary.isPrimary())
        }
    }

    @Test func `nodes are added and removed`() async throws {
        try await onThreadWithCluster { cluster in
            let primary = try cluster.addNode()
            #expect(cluster.nodes.count == 7)
            #expect(primary.shard == 3)
            #expect(try cluster.view().member(primary.id)?.slots.isEmpty == true)
            try cluster.moveSlots(0...9, to: primary)
            let replica = try cluster.addNode(toShard: 3)
            #expect(try cluster.replicas(ofShard: 3) == [replica])

            let id = try #require(primary.processID)
            try cluster.removeNode(primary)
            #expect(kill(id, 0) != 0)
            #expect(!FileManager.default.fileExists(atPath: primary.server.folder))
            try cluster.removeNode(replica)
            #expect(cluster.nodes.count == 6)
            for node in cluster.nodes {
                let view = try node.view()
                #expect(view.members.count == 6)
                #expect((0..<LocalCluster.slotCount).allSatisfy { view.owner(of: $0) != nil })
            }
        }
    }

    @Test(arguments: [true, false])
    func `nothing is left of a cluster that was stopped, or that nobody holds any more`(_ isStopped: Bool) async throws
    {
        try await onThread {
            var cluster: LocalCluster? = try .start(.init { ($0.primaries, $0.replicasPerPrimary) = (1, 0) })
            let node = try #require(cluster?.nodes.first)
            let id = try #require(node.processID)
            let folders = [node.server.folder, cluster?.fileFolder].compactMap(\.self)
            for folder in folders { #expect(FileManager.default.fileExists(atPath: folder)) }
            if isStopped {
                cluster?.stop()
                cluster?.stop()
            }
            cluster = nil
            #expect(kill(id, 0) != 0)
            for folder in folders { #expect(!FileManager.default.fileExists(atPath: folder)) }
        }
    }

    @Test func `a slot that nobody has any more gets an owner, with its keys`() async throws {
        try await onThreadWithCluster(.init { $0.replicasPerPrimary = 0 }) { cluster in
            let owner = cluster.nodes[0]
            #expect(try owner.send("SET", Self.tag, "value").text == "OK")
            for node in cluster.nodes { #expect(try node.send("CLUSTER", "DELSLOTS", "\(Self.slot)").text == "OK") }
            #expect(try owner.send("GET", Self.tag).error?.hasPrefix("CLUSTERDOWN") == true)
            try cluster.waitUntilSettled()
            #expect(try cluster.primary(ofSlot: Self.slot) == owner)
            #expect(try owner.send("GET", Self.tag).text == "value")
        }
    }

    @Test func `it logs in at nodes with a password, and migrates with it`() async throws {
        let options = LocalCluster.Options {
            $0.arguments = ["--requirepass", "secret"]
            $0.login = (nil, "secret")
        }
        try await onThreadWithCluster(options) { cluster in
            let client = try NodeConnection("127.0.0.1", cluster.nodes[0].port)
            #expect(try client.ask("PING").hasPrefix("-NOAUTH"))
            #expect(try cluster.nodes[0].send("SET", Self.tag, "value").text == "OK")
            try cluster.moveSlots(Self.slot...Self.slot, to: cluster.nodes[1])
            #expect(try cluster.nodes[1].send("GET", Self.tag).text == "value")
        }
    }

    @Test func `it has addresses of version 6 where it is told to`() async throws {
        let options = LocalCluster.Options { ($0.host, $0.replicasPerPrimary) = ("::1", 0) }
        try await onThreadWithCluster(options) { cluster in
            #expect(cluster.url.hasPrefix("redis+cluster://[::1]:"))
            let client = try NodeConnection("::1", cluster.nodes[2].port)
            #expect(try client.ask("GET \(Self.tag)") == "-MOVED \(Self.slot) ::1:\(cluster.nodes[0].port)")
        }
    }

    @Test(.mayNeedTLS) func `its nodes talk to each other and to clients over TLS`() async throws {
        let cluster = try await LocalCluster.startWithTLS()
        try await onThread {
            defer { cluster.stop() }
            #expect(cluster.url.hasPrefix("rediss+cluster://127.0.0.1:"))
            let owner = cluster.nodes[0]
            #expect(owner.port != owner.server.port)
            #expect(try owner.send("SET", Self.tag, "value").text == "OK")
            try cluster.moveSlots(Self.slot...Self.slot, to: cluster.nodes[1])
            #expect(try cluster.nodes[1].send("GET", Self.tag).text == "value")
        }
    }

    @Test func `what a server refuses is an error with its words, and leaves nothing behind`() async throws {
        try await onThread {
            let error = #expect(throws: LocalServerError.self) {
                try LocalCluster.start(.init { $0.arguments = ["--cluster-node-timeout", "soon"] })
            }
            #expect(error?.description.contains("cluster-node-timeout") == true, "\(String(describing: error))")
            let missing = #expect(throws: LocalServerError.self) {
                try LocalCluster.start(.init { $0.searchPath = "/nowhere" })
            }
            #expect(missing?.description.contains("/nowhere") == true)
        }
    }
}

extension LocalCluster {
    /// The primary of a key's slot, as it is at the beginning.
    fileprivate func owner(of key: String, _ primaries: [LocalClusterNode]) throws -> LocalClusterNode {
        let slot = FakeCluster.slot(of: key)
        let shard = try #require(primaries.indices.first { slot < ($0 + 1) * Self.slotCount / primaries.count })
        return primaries[shard]
    }
}
