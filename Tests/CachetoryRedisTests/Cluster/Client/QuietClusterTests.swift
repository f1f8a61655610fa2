import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What a client costs a cluster in which nothing happens.
@Suite(.timeLimit(.minutes(5))) struct QuietClusterTests {
    /// Ten seconds, or as many as `CACHETORY_QUIET_SECONDS` says.
    private static let time = Duration.seconds(
        ProcessInfo.processInfo.environment["CACHETORY_QUIET_SECONDS"].flatMap { Int($0) } ?? 10)

    @Test func `a quiet cluster redirects nobody, and is asked for its map twice at most`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for kind in ClientKind.allCases {
                group.addTask {
                    try await withCluster(.init { $0.replicasPerPrimary = 0 }) { try await check($0, kind) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func check(_ cluster: LocalCluster, _ kind: ClientKind) async throws {
        var configuration = try cluster.configuration
        configuration.node.clientName = "quiet"
        let keys = stride(from: 0, to: HashSlot.count, by: 1024).map { SlotTags.tag(of: $0) }
        try await onThread { try cluster.resetStatistics() }
        try await kind.withClient(configuration) { client async throws in
            let end = ContinuousClock.now + Self.time
            var calls = 0
            while ContinuousClock.now < end {
                for key in keys { #expect(try await client.get(key) == nil) }
                #expect(try await client.getMany(keys).allSatisfy { $0 == nil })
                calls += 1
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(calls > 1)
            let isOld = try await ServerVersion.current.major < 7
            try await onThread {
                // Of old servers both parts of the question count.
                let questions = try cluster.nodes.map { try $0.calls(of: isOld ? "cluster" : "cluster|slots") }
                // A seed that takes 300 ms is passed over, and the next one asked.
                #expect(questions.reduce(0, +) <= (isOld ? 4 : 2) * (slack == .zero ? 1 : 2))
                for node in cluster.nodes {
                    #expect(try node.errors("MOVED") == 0)
                    let clients = try node.send("CLIENT", "LIST").text ?? ""
                    #expect(clients.split(separator: "\n").count { $0.contains("name=quiet ") } == 1)
                    #expect(try node.calls(of: "get") > 0)
                }
            }
        }
    }
}
