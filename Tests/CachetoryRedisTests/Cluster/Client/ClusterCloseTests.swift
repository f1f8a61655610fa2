import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// The end of a cluster's client.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ClusterCloseTests {
    /// A key of each node.
    private static let keys = [0, 6_000, 16_000].map { SlotTags.tag(of: $0) }

    private static let calls: [@Sendable (AnyClient) async throws -> Void] = [
        { _ = try await $0.get(keys[0]) }, { _ = try await $0.get(keys[2]) }, { _ = try await $0.execute(["PING"]) },
        { _ = try await $0.getMany(keys) }, { _ = try await $0.setMany(keys.map { ($0, "") }) },
        { _ = try await $0.deleteMany(keys) }, { _ = try await $0.pipeline(keys.map { ["GET", .string($0)] }) },
        { _ = try await $0.pipeline([["PING"]]) }, { _ = try await $0.transaction([["GET", .string(keys[1])]]) },
        { _ = try await $0.onEachPrimary(["PING"]) }, { _ = try await $0.exclusively(keys[1], [["PING"]]) },
    ]

    /// Whether any of its nodes was used before makes no difference.
    @Test(arguments: ClientKind.allCases, 0...3)
    func `a closed client takes no calls, and connects to nobody`(kind: ClientKind, _ used: Int) async throws {
        try await withFakeCluster(3) { cluster in
            let client = try kind.open(cluster.configuration)
            for key in Self.keys.prefix(used) { _ = try await client.get(key) }
            await client.close()
            #expect(try await eventually { cluster.openConnections() == 0 })
            cluster.resetCounts()
            for call in Self.calls { #expect(await client.error(of: call) == .closed) }
            await client.close()
            for call in Self.calls { #expect(await client.error(of: call) == .closed) }
            #expect(cluster.acceptedConnections() == 0)
            #expect(cluster.openConnections() == 0)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `calls under way finish, and those behind them are told`(kind: ClientKind) async throws {
        try await withFakeCluster(3) { cluster in
            let client = try kind.open(cluster.configuration)
            try await client.setMany(Self.keys.map { ($0, "value") })
            cluster.resetCounts()
            cluster.set(.delays(.seconds(1)), of: 0..<3)
            let single = Self.keys.map { key in Task { try await client.get(key) } }
            let many = Task { try await client.getMany(Self.keys) }
            #expect(
                try await eventually { cluster.count(of: "GET") + cluster.count(of: "MGET") == 2 * Self.keys.count })
            let closing = Task { await client.close() }
            #expect(try await eventually { await client.error { try await $0.get(Self.keys[0]) } == .closed })
            for call in single { #expect(try await call.value == "value") }
            #expect(try await many.value == ["value", "value", "value"])
            await closing.value
            #expect(try await eventually { cluster.openConnections() == 0 })
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a call that waits for the first map is told that the client was closed`(kind: ClientKind) async throws {
        let silent = try FullListener()
        let seed = RedisClientConfiguration.Address.tcp(host: "127.0.0.1", port: silent.port)
        let client = try kind.open(RedisClusterConfiguration(seeds: [seed]).patient)
        let isBegun = Switch()
        let call = Task {
            isBegun.turnOn()
            return await client.error { try await $0.get("key") }
        }
        #expect(try await eventually { isBegun.isOn })
        let (time, _) = await timed { await client.close() }
        #expect(time < busyMachine)
        #expect(await call.value == .closed)
        withExtendedLifetime(silent) {}
    }

    /// It is redirected to a node that the client has no connection to yet, while it is being closed.
    @Test(arguments: ClientKind.allCases, ["MOVED", "ASK"])
    func `a call that is redirected while its client is closed leaves no connection behind`(
        kind: ClientKind, _ code: String
    ) async throws {
        try await withFakeCluster(2) { cluster in
            let client = try kind.open(cluster.configuration)
            let key = SlotTags.tag(of: 5)
            try await client.set(key, to: "value")
            let target = "\(code) 5 \(cluster.address(of: 1))"
            cluster.set(.delays(.seconds(1)), of: [0])
            cluster.script { $0.name == "GET" && $0.node.index == 0 ? .error(target) : nil }
            let call = Task { await client.error { try await $0.get(key) } }
            #expect(try await eventually { cluster.count(of: "GET", at: 0) == 1 })
            let closing = Task { await client.close() }
            // It may have been quick enough.
            #expect([nil, .closed].contains(await call.value))
            await closing.value
            #expect(try await eventually { cluster.openConnections() == 0 })
        }
    }

    // MARK: - What is left

    private struct Resources: Equatable {
        var threads: Int
        var descriptors: Int

        static var now: Resources {
            get throws {
                func count(_ path: String) throws -> Int {
                    try FileManager.default.contentsOfDirectory(atPath: path).count
                }
                return Resources(threads: try count("/proc/self/task"), descriptors: try count("/proc/self/fd"))
            }
        }
    }

    /// Makes calls of all kinds.
    private func use(_ client: AnyClient) async throws {
        try await client.setMany(Self.keys.map { ($0, "value") })
        #expect(try await client.getMany(Self.keys) == ["value", "value", "value"])
        _ = try await client.transaction([["GET", .string(Self.keys[0])]])
        _ = try await client.onEachPrimary(["PING"])
    }

    @Test(arguments: ClientKind.allCases, [true, false])
    func `nothing is left of a client that was closed, or that nobody holds any more`(
        kind: ClientKind, _ isClosed: Bool
    ) async throws {
        let cluster = try await SharedCluster.value
        var before: Resources?
        for _ in 0..<10 {
            do {
                let client = try kind.open(cluster.configuration)
                try await use(client)
                if isClosed { await client.close() }
            }
            for node in cluster.nodes {
                #expect(try await eventually { try Descriptors.connected(toPort: node.port) == 0 })
            }
            // The first time, the system starts threads of its own, which stay.
            guard let first = before else {
                before = try Resources.now
                continue
            }
            let isLessOrSame = try await eventually {
                let now = try Resources.now
                return now.threads <= first.threads && now.descriptors <= first.descriptors
            }
            let now = try Resources.now
            #expect(isLessOrSame, "\(first), and \(now) now")
        }
    }
}
