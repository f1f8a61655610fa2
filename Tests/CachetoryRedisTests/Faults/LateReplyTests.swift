import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// Calls that end before their reply comes: it must never reach the next caller.
///
/// It did in redis-py (CVE-2023-28858), and in go-redis where the handshake was late (CVE-2025-29923).
@Suite(.timeLimit(.minutes(2))) struct LateReplyTests {
    /// How a call is made that ends too soon.
    enum Call: CaseIterable {
        case shared, pipeline, transaction, exclusive, exclusiveTransaction

        var isExclusive: Bool { self == .exclusive || self == .exclusiveTransaction }

        /// - Parameter first: the command whose reply is late. Another one goes with it, where the call has several.
        func run(_ pool: AnyPool, _ first: RESPCommand) async throws {
            switch self {
            case .shared: _ = try await pool.execute(first)
            case .pipeline: _ = try await pool.pipeline([first, ["LATER"]])
            case .transaction: _ = try await pool.transaction([first, ["LATER"]])
            case .exclusive: _ = try await pool.exclusively([first, ["LATER"]], nil)
            case .exclusiveTransaction: _ = try await pool.exclusively([["MULTI"], first, ["EXEC"]], nil)
            }
        }
    }

    private static let delays: [Duration] = [.milliseconds(50), .milliseconds(500), .seconds(2)]

    @Test(arguments: Call.allCases, delays)
    func `after a cancelled call the next one gets its own reply`(call: Call, delay: Duration) async throws {
        let peer = try EchoPeer(delay: delay)
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let pool = try PoolKind.async.open(configuration)
        let cancelled = Task { try await call.run(pool, ["STALL", "reply"]) }
        await peer.waitFor("STALL reply")
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        peer.goOn()
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<3 {
                group.addTask {
                    let reply = try await pool.execute(["MINE", .integer(number)])
                    #expect(reply == .simpleString("MINE \(number)"))
                }
            }
        }
        // A shared connection is kept; one of one's own is not.
        #expect(peer.connectionCount == (call.isExclusive ? 2 : 1))
    }

    @Test(arguments: Call.allCases, delays)
    func `after a call that timed out the next one gets its own reply`(call: Call, delay: Duration) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for kind in PoolKind.allCases {
                group.addTask { try await checkNextCall(afterTimeoutOf: call, delay: delay, kind) }
            }
        }
    }

    private func checkNextCall(afterTimeoutOf call: Call, delay: Duration, _ kind: PoolKind) async throws {
        let peer = try EchoPeer(delay: delay)
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        configuration.commandTimeout = delay * 2 / 3
        let pool = try kind.open(configuration)
        let numbers = Counter()
        // Not until a call has been sent, has timed out, and the next one got its reply. On a busy machine the time of a call
        // may be over before it is sent, since there is no connection yet; or its reply is there before that is seen.
        let gotReply = try await eventually(within: .seconds(60)) {
            numbers.add()
            let number = numbers.count
            do {
                try await call.run(pool, ["LATE", .integer(number)])
                return false
            } catch let error as RedisCallError {
                switch error {
                case .timedOut, .connectFailed: break
                default: Issue.record("\(error)")
                }
                guard error.outcome == .unknown else { return false }
            }
            // This one may come too late as well, but never with another's reply.
            let reply = try? await pool.exclusively([["MINE", .integer(number)]], .seconds(100)).first
            if let reply { #expect(reply == .simpleString("MINE \(number)")) }
            return reply != nil
        }
        #expect(gotReply)
    }

    @Test(arguments: PoolKind.allCases)
    func `after a server that slept, each call gets its own reply`(kind: PoolKind) async throws {
        try await withServer { server in
            var configuration = server.configuration
            configuration.commandTimeout = .milliseconds(100)
            let pool = try kind.open(configuration)
            let patient = try kind.open(server.configuration.patient)
            for number in 0..<3 {
                let key = RESPArgument.string("key\(number)")
                _ = try await patient.execute(["SET", key, .integer(number)])
                let sleep = Task { try? await pool.execute(["DEBUG", "SLEEP", "0.25"]) }
                let late = Task { try? await pool.execute(["ECHO", "late"]) }
                _ = await (sleep.value, late.value)
                _ = try await patient.execute(["PING"])
                let reply = try await eventuallyValue { try? await pool.execute(.reading("GET", key)) }
                #expect(reply == .bulk("\(number)"))
            }
        }
    }

    // MARK: - In the handshake

    @Test(arguments: PoolKind.allCases, 0..<3)
    func `a connection whose handshake was late is not used`(kind: PoolKind, lateStep: Int) async throws {
        let connections = Counter()
        let peer = try RawPeer { client in
            connections.add()
            let isFirst = connections.count == 1
            for (step, reply) in ["%1\r\n+server\r\n+raw\r\n", "+OK\r\n", "+OK\r\n"].enumerated() {
                _ = try client.command()
                if isFirst, step == lateStep { Thread.sleep(forTimeInterval: 0.3) }
                try client.send(reply)
            }
            while true { try client.send("+\(client.command().joined(separator: " "))\r\n") }
        }
        var configuration = peer.configuration
        configuration.connectTimeout = .milliseconds(100)
        let pool = try kind.open(configuration)
        for number in 0..<5 {
            let reply = try await eventuallyValue { try? await pool.execute(["MINE", .integer(number)]) }
            #expect(reply == .simpleString("MINE \(number)"))
        }
    }
}
