import CachetoryLocalServer
import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

/// Replies that are large, or larger than they may be.
@Suite(.timeLimit(.minutes(10))) struct LargeReplyTests {
    private static let manyElements = 1_100_000

    @Test(arguments: PoolKind.allCases)
    func `a reply may have more elements than a million`(kind: PoolKind) async throws {
        try await withServer { server in
            let pool = try kind.open(server.configuration.patient)
            let push = RESPCommand(["RPUSH", "list"] + (0..<100_000).map { .integer($0) })
            for _ in 0..<11 { _ = try await pool.execute(push) }
            guard case .array(let elements) = try await pool.execute(["LRANGE", "list", "0", "-1"]) else {
                Issue.record("no array")
                return
            }
            #expect(elements.count == Self.manyElements)
            // In two parts, for a server before Redis 7 takes no more than 1,048,576 arguments.
            for half in [0..<300_000, 300_000..<600_000] {
                let fields = half.flatMap { [RESPArgument.integer($0), .integer($0)] }
                _ = try await pool.execute(RESPCommand(["HSET", "hash"] + fields))
            }
            guard case .map(let pairs) = try await pool.execute(["HGETALL", "hash"]) else {
                Issue.record("no map")
                return
            }
            #expect(pairs.count == 600_000)
            await pool.close()
        }
    }

    @Test func `so many values may be asked for, and set with a time to live`() async throws {
        try await withServer { server in
            let pool = try ConnectionPool(server.configuration.patient)
            // A server before Redis 7 takes no more than 1,048,576 arguments.
            let count = try await ServerVersion.current.major >= 7 ? Self.manyElements : 1_000_000
            let keys = (0..<count).map { "k\($0)" }
            let items = keys.map { (key: $0, value: Data($0.utf8)) }
            let replies = try await pool.send(Request(setAll: items, milliseconds: 1_000_000)).transactionReplies()
            #expect(replies.count == count)
            guard case .array(let values) = try await pool.send(Request("MGET", keys: keys, isReadOnly: true)) else {
                Issue.record("no array")
                return
            }
            #expect(values.count == count)
            #expect(values.last == .bulkString(Data("k\(count - 1)".utf8)))
            await pool.close()
        }
    }

    @Test(arguments: PoolKind.allCases, ["*30000", "*?", "%15000", "|15000", "$?"])
    func `an endless reply is given up at its limit`(kind: PoolKind, head: String) async throws {
        let (sent, closed) = (Counter(), Switch())
        let peer = try RawPeer { client in
            try client.shakeHands()
            _ = try client.command()
            defer { closed.turnOn() }
            try client.send(head + "\r\n")
            let part = head.hasPrefix("$") ? ";10000\r\n" : "$10000\r\n"
            let element = part + String(repeating: "x", count: 10_000) + "\r\n"
            while true {
                try client.send(element)
                sent.add()
            }
        }
        var configuration = peer.configuration
        configuration.maxReplyBytes = 1 << 20
        let error = await kind.error(["ENDLESS"], configuration)
        guard case .protocolViolation(let reason, .unknown)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("1048576") && reason.contains("max_reply_bytes"), "\(reason)")
        #expect(try await eventually { closed.isOn })
        // What is more was in the kernel's buffers.
        #expect(sent.count < 3_000)
    }

    @Test(arguments: PoolKind.allCases)
    func `what a server says is shown cut and escaped`(kind: PoolKind) async throws {
        let says = "ERR \u{1B}[2J\r\nforged line" + String(repeating: "x", count: 1_000_000)
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let reply = try client.command()[0] == "FAIL" ? "!\(says.utf8.count)\r\n\(says)\r\n" : "+\u{1B}[2J\r\n"
                try client.send(reply)
            }
        }
        let error = try #require(await kind.error(["FAIL"], peer.configuration))
        #expect(error.description.contains(#"\u{1B}[2J\r\nforged line"#))
        #expect(error.description.utf8.count < 1000)
        #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 })
        let reply = try await kind.execute(["ODD"], peer.configuration)
        #expect(!reply.summary.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test(arguments: PoolKind.allCases)
    func `what a server says to a handshake is shown cut and escaped`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            while true {
                _ = try client.command()
                try client.send("-NOPERM \u{1B}[2J" + String(repeating: "x", count: 60_000) + "\r\n")
            }
        }
        let error = try #require(await kind.error(["PING"], peer.configuration))
        #expect(error.description.utf8.count < 2000)
        #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 }, "\(error)")
    }

    @Test func `no small call waits behind a large reply while there is another connection`() async throws {
        let goOn = DispatchSemaphore(value: 0)
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let command = try client.command()[0]
                guard command == "LARGE" else {
                    try client.send("+\(command)\r\n")
                    continue
                }
                let size = 1_000_000
                try client.send("$\(size)\r\n" + String(repeating: "x", count: size / 10))
                goOn.wait()
                try client.send(String(repeating: "x", count: size - size / 10) + "\r\n")
            }
        }
        let pool = try ConnectionPool(peer.configuration)
        let large = Task { try await pool.execute(["LARGE"]) }
        #expect(try await eventually { pool.members.contains { $0.isOccupied } })
        for _ in 0..<100 { #expect(try await pool.execute(["SMALL"]) == .simpleString("SMALL")) }
        #expect(peer.connectionCount == 2)
        goOn.signal()
        guard case .bulkString(let value) = try await large.value else {
            Issue.record("no value")
            return
        }
        #expect(value.count == 1_000_000)
        #expect(!pool.members.contains { $0.isOccupied })
        await pool.close()
    }
}
