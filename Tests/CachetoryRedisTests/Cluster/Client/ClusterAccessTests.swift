import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Clusters that do not let everybody in: with TLS, users, and databases.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterAccessTests {
    private static let slots = [0, 6_000, 16_000]

    /// Reads and writes on each node, and follows a redirect to another one.
    private func checkCalls(_ kind: ClientKind, _ cluster: LocalCluster, _ url: String) async throws {
        let keys = Self.slots.map { "\(SlotTags.tag(of: $0)):\(kind)" }
        try await kind.withClient(RedisClusterConfiguration(url: url).patient) { client async throws in
            try await client.setMany(keys.map { ($0, $0) })
            #expect(try await client.getMany(keys) == keys)
            #expect(
                try await client.transaction([["APPEND", .string(keys[0]), "!"]]) == [
                    .integer(Int64(keys[0].count + 1))
                ])
            let target = cluster.nodes[kind == .async ? 1 : 2]
            try await onThread { try cluster.moveSlots(0...0, to: target) }
            #expect(try await client.get(keys[0]) == keys[0] + "!")
        }
    }

    // MARK: - TLS

    @Test(.mayNeedTLS) func `calls are encrypted to all nodes, whose certificates are verified`() async throws {
        let cluster = try await LocalCluster.startWithTLS(.init { $0.replicasPerPrimary = 0 })
        let certificates = try await Certificates.made()
        for kind in ClientKind.allCases {
            try await checkCalls(kind, cluster, "\(cluster.url)?ssl_ca_certs=\(certificates.authority)")
            let url = "\(cluster.url)?ssl_ca_certs=\(certificates.otherAuthority)"
            try await kind.withClient(RedisClusterConfiguration(url: url).patient) { client async throws in
                let error = await client.error { try await $0.get("key") }
                let failure = try #require(error?.ofCluster)
                #expect(failure.reason == .noNodeAnswered)
                #expect(Set(failure.failures.map(\.node)) == Set(cluster.nodes.map(\.address)))
                for part in failure.failures {
                    guard case .tlsFailed = part.reason else {
                        Issue.record("\(part)")
                        continue
                    }
                }
            }
        }
        try await onThread { cluster.stop() }
    }

    // MARK: - Users

    @Test func `a user of the servers logs in at each node, with no more rights than calls need`() async throws {
        let options = LocalCluster.Options {
            $0.replicasPerPrimary = 0
            $0.arguments = ["--requirepass", "of the servers"]
            $0.login = (nil, "of the servers")
        }
        try await withCluster(options) { cluster in
            try await onThread {
                for node in cluster.nodes {
                    let rights = [
                        "+@read", "+@write", "+@connection", "+@transaction", "+cluster|slots", "+cluster|info",
                    ]
                    let reply = try node.send(
                        ["ACL", "SETUSER", "app", "on", ">secret", "~*", "resetchannels"] + rights)
                    #expect(reply.text == "OK")
                }
            }
            let addresses = cluster.nodes.map(\.address).joined(separator: ",")
            for kind in ClientKind.allCases {
                try await checkCalls(kind, cluster, "redis+cluster://app:secret@\(addresses)")
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `who is not let in is told why, by each of the nodes`(kind: ClientKind) async throws {
        let options = LocalCluster.Options {
            ($0.primaries, $0.replicasPerPrimary) = (2, 0)
            $0.arguments = ["--requirepass", "secret"]
            $0.login = (nil, "secret")
        }
        try await withCluster(options) { cluster in
            let addresses = cluster.nodes.map(\.address)
            let url = "redis+cluster://:wrong@\(addresses.joined(separator: ","))"
            try await kind.withClient(RedisClusterConfiguration(url: url).patient) { client async throws in
                let (time, error) = await timed { await client.error { try await $0.get("key") } }
                // There is nothing to wait for.
                #expect(time < .milliseconds(500) + tolerance)
                let failure = try #require(error?.ofCluster)
                #expect(failure.reason == .noNodeAnswered)
                #expect(Set(failure.failures.map(\.node)) == Set(addresses))
                #expect(error?.outcome == .notExecuted)
                for part in failure.failures {
                    guard case .handshakeRefused(_, let refusal) = part.reason, refusal.code == "WRONGPASS" else {
                        Issue.record("\(part)")
                        continue
                    }
                }
                #expect("\(failure)".contains("WRONGPASS") && !"\(failure)".contains("wrong@"))
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `who may not ask for the map is told so`(kind: ClientKind) async throws {
        try await withCluster(.init { ($0.primaries, $0.replicasPerPrimary) = (1, 0) }) { cluster in
            let node = cluster.nodes[0]
            let reply = try await onThread {
                try node.send("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all", "-cluster")
            }
            #expect(reply.text == "OK")
            let url = "redis+cluster://app:secret@\(node.address)"
            try await kind.withClient(RedisClusterConfiguration(url: url).patient) { client async throws in
                let failure = await client.error { try await $0.get("key") }?.ofCluster
                #expect(failure?.reason == .noNodeAnswered)
                #expect(failure?.failures.first?.node == node.address)
                guard case .server(let refusal)? = failure?.failures.first?.reason else {
                    Issue.record("\(String(describing: failure))")
                    return
                }
                #expect(refusal.code == "NOPERM")
            }
        }
    }

    // MARK: - Databases

    @Test(arguments: ClientKind.allCases)
    func `a database other than the first is selected on each node, or refused in clear words`(
        kind: ClientKind
    ) async throws {
        let version = try await ServerVersion.current
        let hasDatabases = version.name == "Valkey" && version.major >= 9
        let options = LocalCluster.Options {
            $0.replicasPerPrimary = 0
            if hasDatabases { $0.databases = 16 }
        }
        try await withCluster(options) { cluster in
            if hasDatabases {
                try await checkCalls(kind, cluster, "\(cluster.url)/3")
                try await kind.withClient(cluster.configuration) { client async throws in
                    let keys = Self.slots.map { "\(SlotTags.tag(of: $0)):\(kind)" }
                    #expect(try await client.getMany(keys).allSatisfy { $0 == nil })
                }
            }
            let refused = hasDatabases ? "\(cluster.url)/16" : "\(cluster.url)/3"
            try await kind.withClient(RedisClusterConfiguration(url: refused).patient) { client async throws in
                let error = await client.error { try await $0.get("key") }
                let failure = try #require(error?.ofCluster)
                #expect(failure.reason == .noNodeAnswered)
                #expect(Set(failure.failures.map(\.node)) == Set(cluster.nodes.map(\.address)))
                for part in failure.failures {
                    guard case .handshakeRefused = part.reason else {
                        Issue.record("\(part)")
                        continue
                    }
                }
                if !hasDatabases { #expect("\(failure)".contains("a Redis Cluster has no database but 0")) }
            }
        }
    }
}
