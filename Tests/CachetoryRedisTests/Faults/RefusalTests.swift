import CachetoryLocalServer
import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

/// What the errors of refused commands and of wrong addresses tell.
@Suite(.timeLimit(.minutes(5))) struct RefusalTests {
    private func refusal(_ body: () async throws -> Void) async -> RESPServerError? {
        do {
            try await body()
            return nil
        } catch RedisCallError.server(let error) {
            return error
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `an error names the command and its key`(kind: PoolKind) async throws {
        let pool = try kind.open(try await SharedServer.value.configuration.patient)
        let name = "list-\(UUID().uuidString)"
        let key = RESPArgument.string(name)
        _ = try await pool.execute(["RPUSH", key, "a"])

        let single = await refusal { _ = try await pool.execute(["incr", key]) }
        #expect(single?.command == "INCR" && single?.key == name)
        let description = try #require(single.map { "\(RedisCallError.server($0))" })
        #expect(description.hasPrefix("Redis refused INCR of '\(name)': WRONGTYPE "))
        #expect(description.contains("; the key holds a value of another type"))

        let leased = await refusal { _ = try await pool.exclusively([["GET", key]], nil) }
        #expect(leased?.command == "GET" && leased?.key == name)

        for replies in [
            try await pool.pipeline([["PING"], ["GET", key]]), try await pool.transaction([["PING"], ["GET", key]]),
        ] {
            guard replies.count == 2, case .error(let error) = replies[1] else {
                Issue.record("\(replies)")
                return
            }
            #expect(error.command == "GET" && error.key == name)
        }
        let queued = await refusal { _ = try await pool.transaction([["GET", key], ["GET"]]) }
        #expect(queued?.command == "GET")
        await pool.close()
    }

    @Test func `the requests of backends know their commands and keys`() {
        let data = Data()
        func subject(_ request: Request, _ index: Int = 0) -> [String?] {
            let subject = request.subject(of: index)
            return [subject.name, subject.key]
        }
        #expect(subject(Request("GET", key: "k")) == ["GET", "k"])
        #expect(subject(Request("MGET", keys: ["a", "b"])) == ["MGET", "a"])
        #expect(subject(Request(set: "k", to: data, milliseconds: 1, ifNotExists: true)) == ["SET", "k"])
        #expect(subject(Request(setAll: [("a", data), ("b", data)], milliseconds: nil)) == ["MSET", "a"])
        let transaction = Request(setAll: [("a", data), ("b", data)], milliseconds: 1)
        #expect((0..<4).map { subject(transaction, $0)[0] } == ["MULTI", "SET", "SET", "EXEC"])
        #expect((0..<4).map { subject(transaction, $0)[1] } == [nil, "a", "b", nil])
        // What may be a password is no key.
        #expect(subject(Request(["AUTH", "secret"])) == ["AUTH", nil])
        #expect(subject(Request(["CONFIG", "SET", "requirepass", "secret"])) == ["CONFIG", nil])
        #expect(subject(Request(["EVAL", "return 1", 0])) == ["EVAL", nil])
    }

    @Test func `a key is shown on one line, and not at length`() {
        let error = RESPServerError(code: "OOM", message: "")
        #expect(error.refusing("SET", key: "a\nb\u{1B}[31m").key == "a\\nb\\u{1B}[31m")
        let long = error.refusing("SET", key: String(repeating: "k", count: 1000)).key
        #expect((long?.count ?? 0) < 140 && long?.hasSuffix("...") == true)
        // Errors are the same where the server said the same.
        #expect(error.refusing("SET", key: "a") == error)
    }

    @Test func `an error of a cluster names the node and the slot as well`() {
        let error = RESPServerError(code: "OOM", message: "full")
        #expect(error.node == nil && error.slot == nil)
        let named = error.refusing("SET", key: "k")
        for error in [named.from(node: "a:1", slot: 7), error.from(node: "a:1", slot: 7).refusing("SET", key: "k")] {
            #expect(error.command == "SET" && error.key == "k" && error.node == "a:1" && error.slot == 7)
            #expect("\(RedisCallError.server(error))".hasPrefix("Redis at a:1 (slot 7) refused SET of 'k': OOM full; "))
        }
        let keyless = RedisCallError.server(error.from(node: "a\n:1", slot: nil))
        #expect("\(keyless)".hasPrefix("Redis at a\\n:1 refused the command: OOM full; "))
    }

    @Test(arguments: PoolKind.allCases)
    func `a full server names the key that it did not take`(kind: PoolKind) async throws {
        try await withServer("--maxmemory", "1") { server in
            let pool = try kind.open(server.configuration.patient)
            let error = await refusal { _ = try await pool.execute(["SET", "key", "value"]) }
            #expect(error?.code == "OOM" && error?.key == "key")
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a node of a cluster says so in one sentence`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                _ = try client.command()
                try client.send("-MOVED 3999 127.0.0.1:6381\r\n")
            }
        }
        let error = await kind.error(["GET", "key"], peer.configuration)
        #expect(
            "\(String(describing: error))".contains(
                "MOVED 3999 127.0.0.1:6381; this server is part of a cluster: use redis+cluster://127.0.0.1:6381"))
    }

    @Test(arguments: PoolKind.allCases)
    func `a cluster that is down is named where the deadline has passed`(kind: PoolKind) async throws {
        try await withServer("--cluster-enabled", "yes") { server in
            var configuration = server.configuration.patient
            configuration.commandTimeout = .seconds(1)
            // The time may end while the last attempt is under way, with its reply still to come. That is seldom.
            var error: RedisCallError?
            for _ in 0..<5 where error?.serverCode == nil {
                error = await kind.error(["GET", "key"], configuration)
            }
            #expect(error?.serverCode == "CLUSTERDOWN", "\(String(describing: error))")
            #expect("\(String(describing: error))".contains("it was asked until the deadline"))
        }
    }

    @Test func `the end of the time is told by what the server said before`() throws {
        let request = Request("GET", key: "k", isReadOnly: true)
        var retry = RetryPolicy(request)
        #expect(retry.reason(for: .timedOut(.notExecuted), of: request) == .timedOut(.notExecuted))
        let loading = RESPServerError(code: "LOADING", message: "wait")
        let pause = retry.pause(after: .error(loading), to: request, until: .now + .seconds(100))
        #expect(pause != nil)
        let told = retry.reason(for: .timedOut(.notExecuted), of: request)
        #expect(told == .server(loading))
        guard case .server(let error) = told else { return }
        #expect(error.command == "GET" && error.key == "k")
        // Nobody knows whether that one was executed.
        #expect(retry.reason(for: .timedOut(.unknown), of: request) == .timedOut(.unknown))
    }

    // MARK: - Wrong ports

    @Test(.mayNeedTLS, arguments: PoolKind.allCases)
    func `the port for encrypted connections is known as such`(kind: PoolKind) async throws {
        let server = try await TLSRedisServer.start(\.server)
        var configuration = RedisClientConfiguration(address: .tcp(host: "127.0.0.1", port: server.port))
        configuration.commandTimeout = .seconds(20)
        let error = await kind.error(["GET", "key"], configuration)
        #expect("\(String(describing: error))".contains("rediss://"))
        try await onThread { server.server.stop() }
    }

    @Test(arguments: PoolKind.allCases)
    func `the port of a web server is known as such`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            _ = try client.command()
            try client.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        }
        let configuration = peer.configuration
        let error = await kind.error(["GET", "key"], configuration)
        #expect("\(String(describing: error))".contains("as a web server does"), "\(String(describing: error))")
    }
}
