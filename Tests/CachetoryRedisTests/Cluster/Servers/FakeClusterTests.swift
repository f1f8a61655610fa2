import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2)))
struct FakeClusterTests {
    private func connect(_ cluster: FakeCluster, _ node: Int) throws -> NodeConnection {
        try NodeConnection(cluster.nodes[node].host, cluster.port)
    }

    @Test func `keys have the slots that servers give them`() async throws {
        let cluster = try await SharedCluster.value
        try await onThread {
            for key in ["", "a", "123456789", "{}", "{}{a}", "{{a}}", "{a}b", "b{a}", "a{b", "a}b{c}d", "schlüssel"] {
                let slot = try cluster.nodes[0].send("CLUSTER", "KEYSLOT", key).integer
                #expect(slot == FakeCluster.slot(of: key), "\(key)")
            }
        }
    }

    @Test(arguments: PoolKind.allCases, RedisClientConfiguration.ProtocolVersion.allCases)
    func `a client of the library finds a server at each node's address`(
        _ kind: PoolKind, _ version: RedisClientConfiguration.ProtocolVersion
    ) async throws {
        try await withFakeCluster(3) { cluster in
            for node in cluster.nodes {
                var configuration = RedisClientConfiguration(address: .tcp(host: node.host, port: cluster.port))
                configuration.protocolVersion = version
                let reply = try await kind.execute(["CLUSTER", "MYID"], configuration.patient)
                #expect(reply == .bulk(node.id))
            }
            #expect(cluster.counts(of: "CLUSTER MYID") == [1, 1, 1])
            #expect(cluster.acceptedConnections() == 3)
        }
    }

    @Test func `each node has its part of the keys, and says whose the others are`() async throws {
        try await withFakeCluster(3, replicas: 1) { cluster in
            let slot = FakeCluster.slot(of: "key")
            let owner = try #require(cluster.shard(ofSlot: slot))
            let moved = "-MOVED \(slot) \(cluster.nodes[owner].host):\(cluster.port)"
            let client = try connect(cluster, owner)
            #expect(try client.ask("GET key") == "nil")
            #expect(try client.ask("SET key 1") == "OK")
            #expect(try client.ask("SET key 2 NX") == "nil")
            #expect(try client.ask("SET key 3 PX 100000 XX") == "OK")
            #expect(try client.ask("GET key") == "3")
            #expect(try client.ask("MSET {key}a 1 {key}b 2") == "OK")
            #expect(try client.ask("MGET key {key}a {key}c") == "[3, 1, nil]")
            #expect(try client.ask("EXISTS key {key}c") == "1")
            #expect(try client.ask("DBSIZE") == "3")
            #expect(try client.ask("SCAN 0 MATCH {key}* COUNT 100").contains("{key}a"))
            #expect(try client.ask("UNLINK {key}a {key}b {key}c") == "2")
            #expect(try client.ask("MGET key a").hasPrefix("-CROSSSLOT"))

            let other = try connect(cluster, (owner + 1) % 3)
            #expect(try other.ask("GET key") == moved)
            #expect(try other.ask("DBSIZE") == "0")
            let replica = try connect(cluster, 3 + owner)
            #expect(try replica.ask("GET key") == moved)
            #expect(try replica.ask("READONLY") == "OK")
            #expect(try replica.ask("GET key") == "3")
            #expect(try replica.ask("SET key 4") == moved)
            #expect(try client.ask("FLUSHDB ASYNC") == "OK")
            #expect(try client.ask("GET key") == "nil")
            #expect(cluster.keyCount == 0)
        }
    }

    @Test func `a transaction is queued and carried out, or refused as a whole`() async throws {
        try await withFakeCluster(2) { cluster in
            let owner = try #require(cluster.shard(ofSlot: FakeCluster.slot(of: "key")))
            let (client, other) = (try connect(cluster, owner), try connect(cluster, 1 - owner))
            for (line, reply) in [
                ("MULTI", "OK"), ("SET key 1", "QUEUED"), ("GET key", "QUEUED"), ("EXEC", "[OK, 1]"),
                ("MULTI", "OK"), ("SET key 2", "QUEUED"), ("DISCARD", "OK"), ("GET key", "1"),
            ] {
                #expect(try client.ask(line) == reply)
            }
            #expect(try other.ask("MULTI") == "OK")
            #expect(try other.ask("SET key 3").hasPrefix("-MOVED"))
            #expect(try other.ask("EXEC").hasPrefix("-EXECABORT"))
            // What was asked before `MULTI` holds for all of it.
            for line in ["ASKING", "MULTI"] { #expect(try other.ask(line) == "OK") }
            for line in ["SET key 4", "GET key"] { #expect(try other.ask(line) == "QUEUED") }
            #expect(try other.ask("EXEC") == "[OK, 4]")
            #expect(try other.ask("GET key").hasPrefix("-MOVED"))

            #expect(try client.ask("MULTI") == "OK")
            #expect(try client.ask("SET key 5") == "QUEUED")
            cluster.move(0..<FakeCluster.slotCount, toShard: 1 - owner)
            #expect(try client.ask("EXEC").hasPrefix("-MOVED"))
            #expect(try other.ask("GET key") == "4")
        }
    }

    // MARK: The map

    @Test func `the map is told as servers tell it`() async throws {
        try await withFakeCluster(2, replicas: 1) { cluster in
            let nodes = cluster.nodes
            let members = [[0, 2], [1, 3]].map { shard in
                shard.map { "[\(nodes[$0].host), \(cluster.port), \(nodes[$0].id), []]" }.joined(separator: ", ")
            }
            let client = try connect(cluster, 0)
            #expect(
                try client.ask("CLUSTER SLOTS") == "[[0, 8191, \(members[0])], [8192, 16383, \(members[1])]]")
            cluster.move(0...0, toShard: 1)
            cluster.promote(2)
            cluster.unassign(16_383...16_383)
            #expect(
                try client.ask("CLUSTER SLOTS")
                    == """
                    [[0, 0, \(members[1])], [1, 8191, [\(nodes[2].host), \(cluster.port), \(nodes[2].id), []], \
                    [\(nodes[0].host), \(cluster.port), \(nodes[0].id), []]], [8192, 16382, \(members[1])]]
                    """)
            let info = try client.ask("CLUSTER INFO")
            #expect(info.contains("cluster_state:ok\r\n"))
            #expect(info.contains("cluster_slots_assigned:16383\r\n"))
            #expect(info.contains("cluster_current_epoch:5\r\n"))
            #expect(cluster.epoch == 5)
            #expect(cluster.mapRequests.map(\.node) == [0, 0])
        }
    }

    @Test func `a map of 16,384 entries has about three megabytes`() async throws {
        try await withFakeCluster(500, replicas: 1, .fragmented) { cluster in
            let client = try connect(cluster, 999)
            for _ in 0..<2 {
                guard case .array(let entries) = try client.reply(to: ["CLUSTER", "SLOTS"]) else {
                    Issue.record("no array")
                    return
                }
                #expect(entries.count == 16_384)
            }
        }
    }

    @Test func `nodes may hold the map for another one, and be down`() async throws {
        try await withFakeCluster(3) { cluster in
            let (client, stale) = (try connect(cluster, 0), try connect(cluster, 1))
            cluster.freezeMap(of: [1])
            cluster.move(0..<FakeCluster.slotCount, toShard: 2)
            cluster.epoch = 10
            #expect(try client.ask("CLUSTER INFO").contains("cluster_current_epoch:10\r\n"))
            #expect(try stale.ask("CLUSTER INFO").contains("cluster_current_epoch:3\r\n"))
            #expect(try stale.ask("CLUSTER SLOTS").matches(of: /\d+, \d+, \[1/).count == 3)
            cluster.setState(isOK: false, of: [1])
            #expect(try stale.ask("CLUSTER INFO").contains("cluster_state:fail\r\n"))
            #expect(try stale.ask("GET key") == "-CLUSTERDOWN The cluster is down")
            cluster.setState(isOK: true, of: [1])
            cluster.thawMap(of: [1])
            #expect(try stale.ask("GET key").hasPrefix("-MOVED"))
        }
    }

    @Test func `hosts are told as null, empty, unknown or anything`() async throws {
        try await withFakeCluster(2) { cluster in
            let client = try connect(cluster, 1)
            let (port, nodes) = (cluster.port, cluster.nodes)
            func hosts(_ style: FakeCluster.HostStyle) throws -> [String] {
                cluster.setHosts(style)
                let text = try client.ask("CLUSTER SLOTS")
                return text.matches(of: /\d+, \d+, \[([^,]*), (\d+),/).map { "\($0.1):\($0.2)" }
            }
            #expect(try hosts(.null) == ["nil:\(port)", "nil:\(port)"])
            #expect(try hosts(.emptyForItself) == ["\(nodes[0].host):\(port)", ":\(port)"])
            #expect(try hosts(.unknown) == ["?:\(port)", "?:\(port)"])
            #expect(try hosts(.custom { ("host\($0.index)", 5) }) == ["host0:5", "host1:5"])
            #expect(try hosts(.addresses) == nodes.map { "\($0.host):\(port)" })
        }
    }

    @Test func `shards and nodes come and go`() async throws {
        try await withFakeCluster(2) { cluster in
            let added = cluster.addShard(replicas: 1)
            #expect(added.shard == 2)
            #expect(added.nodes == [2, 3])
            cluster.move(0...99, toShard: 2)
            let client = try connect(cluster, 2)
            #expect(try client.ask("CLUSTER INFO").contains("cluster_size:3\r\n"))
            cluster.promote(3)
            cluster.remove(2)
            #expect(throws: NodeConnection.Failed.self) { try client.ask("PING") }
            #expect(cluster.members(ofShard: 2) == [3])
            #expect(try connect(cluster, 3).ask("CLUSTER INFO").contains("cluster_known_nodes:3\r\n"))
        }
    }

    // MARK: What nodes do

    @Test func `a silent node answers later what it was asked, and a late one after its delay`() async throws {
        try await withFakeCluster(2) { cluster in
            cluster.set(.staysSilent, of: [0])
            let (client, other) = (try connect(cluster, 0), try connect(cluster, 1))
            try client.send(["PING"])
            #expect(client.isSilent(for: 50))
            #expect(try other.ask("PING") == "PONG")
            cluster.set(.answers, of: [0])
            #expect(try client.receive().text == "PONG")

            cluster.set(.delays(.milliseconds(50)), of: [0])
            let time = try await timed { try client.ask("PING") }.time
            #expect(time >= .milliseconds(50))
        }
    }

    @Test func `a node that refuses resets all connections`() async throws {
        try await withFakeCluster(2) { cluster in
            let (client, other) = (try connect(cluster, 0), try connect(cluster, 1))
            #expect(try client.ask("PING") == "PONG")
            cluster.set(.refuses, of: [0])
            #expect(throws: NodeConnection.Failed.self) { try client.receive() }
            #expect(throws: NodeConnection.Failed.self) { try connect(cluster, 0).ask("PING") }
            #expect(try other.ask("PING") == "PONG")
            cluster.set(.answers, of: [0])
            #expect(try connect(cluster, 0).ask("PING") == "PONG")
            cluster.resetConnections(of: [1])
            #expect(throws: NodeConnection.Failed.self) { try other.receive() }
            #expect(cluster.openConnections(at: 1) == 0)
            #expect(cluster.acceptedConnections(at: 1) == 1)
        }
    }

    @Test func `a script answers before the node does`() async throws {
        try await withFakeCluster(2) { cluster in
            let slot = FakeCluster.slot(of: "key")
            cluster.script { call in
                switch (call.name, call.number) {
                case ("GET", 1): .moved(to: 1 - call.node.index)
                case ("GET", 2): call.isAsking ? nil : .ask(1 - call.node.index)
                case ("GET", 3): .error("TRYAGAIN Multiple keys request during rehashing of slot")
                case ("GET", 4): .nothing
                case ("GET", 5): .bytes(Array("+bytes\r\n".utf8))
                case ("GET", _): .close
                case ("SET", _): .error("MOVED \(call.slot ?? -1) ::1:7000")
                default: nil
                }
            }
            let client = try connect(cluster, 0)
            let other = "\(cluster.nodes[1].host):\(cluster.port)"
            #expect(try client.ask("GET key") == "-MOVED \(slot) \(other)")
            #expect(try client.ask("GET key") == "-ASK \(slot) \(other)")
            #expect(try client.ask("GET key").hasPrefix("-TRYAGAIN"))
            try client.send(["GET", "key"])
            #expect(try client.ask("GET key") == "bytes")
            #expect(try client.ask("SET key 1") == "-MOVED \(slot) ::1:7000")
            #expect(try client.ask("MULTI") == "OK")
            #expect(try client.ask("SET key 1").hasPrefix("-MOVED"))
            #expect(try client.ask("EXEC").hasPrefix("-EXECABORT"))
            #expect(throws: NodeConnection.Failed.self) { try client.ask("GET key") }
            cluster.script(nil)
            #expect(try connect(cluster, 0).ask("PING") == "PONG")
        }
    }

    @Test func `the first node is at ::1, too`() async throws {
        try await withFakeCluster(2) { cluster in
            let client = try NodeConnection("::1", cluster.port)
            #expect(try client.ask("CLUSTER MYID") == cluster.nodes[FakeCluster.nodeOfIPv6].id)
        }
    }

    @Test func `a thousand nodes are served at once, and a client that sends in pieces`() async throws {
        try await withFakeCluster(1_000) { cluster in
            let clients = try (0..<1_000).map { try connect(cluster, $0) }
            for client in clients { try client.send(["CLUSTER", "MYID"]) }
            for (client, node) in zip(clients, cluster.nodes) { #expect(try client.receive().text == node.id) }
            #expect(cluster.openConnections() == 1_000)
            #expect(cluster.processorTime > .zero)

            let value = String(repeating: "v", count: 5_000_000)
            let owner = try #require(cluster.shard(ofSlot: FakeCluster.slot(of: "key")))
            #expect(try clients[owner].reply(to: ["SET", "key", value]).text == "OK")
            #expect(try clients[owner].reply(to: ["GET", "key"]).text == value)
            #expect(cluster.count(of: "SET", at: owner) == 1)
            #expect(cluster.reads(at: owner) > 1)
            cluster.resetCounts()
            #expect(cluster.commandCount() == 0)
        }
    }
}
