import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// What becomes of a call on several nodes, and of its connections, when one of the nodes fails in the middle.
@Suite(.timeLimit(.minutes(5)), .serialized) struct SplitCallFaultTests {
    /// Two keys in each of three slots of the first node, which are three transactions for it with a time to live.
    private static let ofOneNode = (0..<3).flatMap { slot in
        (0..<2).map { (key: SlotTags.tag(of: slot) + "\($0)", value: "\(slot) \($0)") }
    }

    /// A key of each of three nodes.
    private static let ofEachNode = [0, 6_000, 12_000].map { (key: SlotTags.tag(of: $0), value: "\($0)") }

    private func withClient(
        _ kind: ClientKind, timeout: Duration, _ body: (FakeCluster, AnyClient) async throws -> Void
    ) async throws {
        try await withFakeCluster(3) { cluster async throws in
            var configuration = cluster.configuration
            configuration.node.commandTimeout = timeout
            configuration.node.pool.maxConnections = 1
            try await kind.withClient(configuration) { client async throws in
                // There are connections to all of them.
                // On a busy machine that may take longer than a call has.
                #expect(try await eventually { await client.error { try await $0.setMany(Self.ofEachNode) } == nil })
                #expect(
                    try await eventually {
                        await client.error { try await $0.setMany(Self.ofOneNode, milliseconds: 60_000) } == nil
                    })
                try await body(cluster, client)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `transactions that follow one without a reply are not sent, and replies are never others'`(
        kind: ClientKind
    ) async throws {
        try await withClient(kind, timeout: .seconds(1)) { cluster, client async throws in
            for round in 0..<3 {
                cluster.set(.staysSilent, of: [0])
                let error = await client.error { try await $0.setMany(Self.ofOneNode, milliseconds: 60_000) }
                // A new connection is first asked whether it takes transactions at all.
                if round == 0 { #expect(error?.outcome == .unknown) } else { #expect(error != nil) }
                // What came too late, if anything, is nobody's.
                cluster.set(.answers, of: [0])
                for (key, value) in Self.ofOneNode {
                    #expect(try await eventuallyValue { try? await client.get(key) } == value)
                }
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a connection that breaks between transactions is not used for the rest`(kind: ClientKind) async throws {
        try await withClient(kind, timeout: .seconds(10)) { cluster, client async throws in
            for number in 0..<5 {
                // The first transaction is lost on its way, at each of its commands in turn.
                let first = cluster.count(of: "EXEC", at: 0) + 1
                cluster.script { call in call.name == "EXEC" && call.number == first ? .reset : nil }
                let error = await client.error { try await $0.setMany(Self.ofOneNode, milliseconds: 60_000) }
                #expect(error?.outcome == .unknown, "\(number)")
                cluster.script(nil)
                try await client.setMany(Self.ofOneNode, milliseconds: 60_000)
                for (key, value) in Self.ofOneNode { #expect(try await client.get(key) == value) }
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a node that says nothing takes neither the replies of the others nor their connections`(
        kind: ClientKind
    ) async throws {
        try await withClient(kind, timeout: .seconds(3)) { cluster, client async throws in
            for silent in 0..<3 {
                // By node, the connections that values have come over.
                let used = Lock<[Int: Set<Int>]>([:])
                cluster.script { call in
                    if call.name.hasSuffix("GET") {
                        used.withLock { _ = $0[call.node.index, default: []].insert(call.connection) }
                    }
                    return nil
                }
                for item in Self.ofEachNode { #expect(try await client.get(item.key) == item.value) }
                let before = used.withLock { $0 }
                #expect(before.count == 3)
                cluster.set(.staysSilent, of: [silent])
                let error = await client.error { try await $0.getMany(Self.ofEachNode.map(\.key)) }
                let failure = try #require(error?.ofCluster)
                #expect(failure.failures.map(\.node) == ["\(cluster.address(of: silent))"])
                #expect(failure.partsDone == 2 && failure.parts == 3)
                for (node, item) in Self.ofEachNode.enumerated() where node != silent {
                    #expect(try await client.get(item.key) == item.value)
                }
                let after = used.withLock { $0 }
                for node in 0..<3 where node != silent { #expect(after[node] == before[node]) }
                cluster.script(nil)
                cluster.set(.answers, of: [silent])
                #expect(
                    try await eventually {
                        (try? await client.getMany(Self.ofEachNode.map(\.key))) == Self.ofEachNode.map(\.value)
                    })
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a part that timed out and was to be sent again may have been executed, whatever fails beside it`(
        kind: ClientKind
    ) async throws {
        try await withFakeCluster(3) { cluster async throws in
            var configuration = cluster.configuration
            configuration.node.commandTimeout = .seconds(1)
            configuration.node.retryOnTimeout = true
            try await kind.withClient(configuration) { client async throws in
                #expect(try await eventually { await client.error { try await $0.setMany(Self.ofEachNode) } == nil })
                cluster.set(.staysSilent, of: [0])
                cluster.set(.refuses, of: [1])
                let error = await client.error { try await $0.setMany(Self.ofEachNode) }
                #expect(error?.outcome == .unknown)
                cluster.set(.answers, of: 0..<3)
            }
        }
    }
}
