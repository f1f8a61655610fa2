import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Writes of keys on both sides of a slot that is on its way: neither node can do them (`TRYAGAIN`) before it has arrived.
@Suite(.timeLimit(.minutes(5)), .serialized) struct TryAgainTests {
    enum Writing: CaseIterable {
        case setMany, setManyWithOthers, setManyWithTime, transaction, script

        func callAsFunction(_ client: AnyClient, _ halfway: HalfwaySlot) async throws {
            let keys = [halfway.kept[0], halfway.gone[0]]
            let arguments = keys.map { RESPArgument.string($0) }
            switch self {
            case .setMany: try await client.setMany(keys.map { ($0, "new") })
            case .setManyWithOthers: try await client.setMany((keys + halfway.others).map { ($0, "new") })
            case .setManyWithTime: try await client.setMany(keys.map { ($0, "new") }, milliseconds: 60_000)
            case .transaction: _ = try await client.transaction(arguments.map { ["SET", $0, "new"] })
            case .script:
                let script = "for _, key in ipairs(KEYS) do redis.call('SET', key, 'new') end"
                _ = try await client.execute(RESPCommand(["EVAL", .string(script), 2] + arguments))
            }
        }
    }

    @Test(arguments: ClientKind.allCases, Writing.allCases)
    func `they are done once the slot has moved`(kind: ClientKind, _ writing: Writing) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            let before = try await halfway.tryAgains()
            let call = Task {
                try await writing(client, halfway)
                return ContinuousClock.now
            }
            #expect(try await eventually { try await halfway.tryAgains() > before + 1 })
            let finished = try await onThread {
                try halfway.migration.finish()
                return ContinuousClock.now
            }
            #expect(try await call.value - finished < .milliseconds(200) + tolerance)
            #expect(try await client.getMany([halfway.kept[0], halfway.gone[0]]) == ["new", "new"])
        }
    }

    @Test(arguments: ClientKind.allCases, Writing.allCases)
    func `they are refused at their deadline, if the slot has not moved by then`(
        kind: ClientKind, _ writing: Writing
    ) async throws {
        let limit = Duration.seconds(2)
        try await HalfwaySlot.run(kind, { $0.node.commandTimeout = limit }) { client, halfway async throws in
            // The time may end while the last attempt is under way, with its reply still to come. That is seldom.
            var error: RedisCallError?
            for _ in 0..<5 {
                let (time, latest) = await timed { await client.error { try await writing($0, halfway) } }
                #expect(time < limit + .milliseconds(50) + tolerance)
                error = latest
                let reason = latest?.ofCluster?.failures.first?.reason ?? latest
                guard case .timedOut? = reason else { break }
            }
            let isSplit = writing == .setManyWithOthers
            guard case .server(let refusal)? = isSplit ? error?.ofCluster?.failures.first?.reason : error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(refusal.code == "TRYAGAIN")
            #expect(refusal.slot == halfway.slot)
            // Servers before Redis 7 leave it to the next node to say so.
            let (source, target) = (halfway.migration.source, halfway.migration.target)
            #expect([source.address, target.address].contains(refusal.node))
            // A script may have done something before it failed, for all that the client knows.
            #expect(error?.outcome == (isSplit || writing == .script ? .unknown : .notExecuted))
            if isSplit { #expect(error?.ofCluster?.partsDone == halfway.others.count) }
            // Nothing was done of it.
            let keys = [halfway.kept[0], halfway.gone[0]]
            #expect(try await client.getMany(keys) == keys.map { HalfwaySlot.value($0) })
        }
    }
}
