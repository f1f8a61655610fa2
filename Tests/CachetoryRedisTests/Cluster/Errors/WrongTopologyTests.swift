import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// A URL of a cluster that leads to a server by itself, and the other way round: the error names the URL to use.
@Suite(.timeLimit(.minutes(5))) struct WrongTopologyTests {
    @Test(arguments: ClientKind.allCases, ["", "/2"])
    func `a cluster's URL leads to a server that is no part of one`(kind: ClientKind, _ path: String) async throws {
        let server = try await SharedServer.value
        let url = "redis+cluster://127.0.0.1:\(server.port)\(path)"
        try await kind.withClient(RedisClusterConfiguration(url: url).patient) { client async throws in
            for _ in 0..<2 {
                let (time, error) = await timed { await client.error { try await $0.get("key") } }
                #expect(time < .milliseconds(500) + tolerance)
                #expect(error?.ofCluster?.reason == .clusterDisabled(url: server.url + path))
                #expect(error?.outcome == .notExecuted)
                #expect(error?.description.contains("use \(server.url)\(path)") == true)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a server's URL leads to a node of a cluster`(kind: ClientKind) async throws {
        let cluster = try await SharedCluster.value
        let (node, owner) = (cluster.nodes[0], cluster.nodes[2])
        let client = try kind.open(url: "redis://\(node.address)")
        let key = SlotTags.tag(of: 16_000)
        let error = await client.error { try await $0.execute(["GET", .string(key)]) }
        guard case .server(let refusal)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == "MOVED")
        #expect(error?.description.contains("use redis+cluster://\(owner.address) ") == true)
        #expect(error?.outcome == .notExecuted)
        await client.close()
    }
}
