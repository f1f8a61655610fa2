import CachetoryLocalServer
import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryRedis

/// Replies that are expected to be large, as those before them were.
@Suite(.timeLimit(.minutes(10))) struct ExpectedReplyTests {
    private static let mget: RESPCommand = ["MGET", "a", "b", "c", "d"]

    /// A server whose replies to `MGET` are large. While it is told so, it keeps them back to their last byte, as a line does
    /// that is slow.
    private final class Server: Sendable {
        let holds = Switch()
        /// An `MGET` has come that waits.
        let isHolding = Switch()
        let goOn = DispatchSemaphore(value: 0)
        let smallReplies = Counter()
        /// How many connections may shake hands.
        let greetings = DispatchSemaphore(value: 0)

        func open() throws -> RawPeer {
            try RawPeer { [self] client in
                greetings.wait()
                try client.shakeHands()
                while true {
                    switch try client.command()[0] {
                    case "MGET":
                        if holds.isOn {
                            isHolding.turnOn()
                            goOn.wait()
                        }
                        let value = "$1000000\r\n" + String(repeating: "x", count: 1_000_000) + "\r\n"
                        try client.send("*4\r\n")
                        for _ in 0..<4 { try client.send(value) }
                    case "HANGUP": return
                    default:
                        try client.send("+OK\r\n")
                        smallReplies.add()
                    }
                }
            }
        }

        func greet(_ connections: Int) {
            for _ in 0..<connections { greetings.signal() }
        }
    }

    @Test func `no small call waits behind a reply that is expected to be large`() async throws {
        let server = Server()
        let peer = try server.open()
        server.greet(8)
        let pool = try ConnectionPool(peer.configuration)
        _ = try await pool.execute(Self.mget)
        #expect(!pool.members.contains { $0.isOccupied })
        server.holds.turnOn()
        let large = Task { try await pool.execute(Self.mget) }
        #expect(try await eventually { server.isHolding.isOn })
        let small = Task { for _ in 0..<100 { _ = try await pool.execute(["GET", "k"]) } }
        #expect(try await eventually { server.smallReplies.count == 100 })
        #expect(peer.connectionCount == 2)
        server.goOn.signal()
        #expect(try await large.value.array?.count == 4)
        try await small.value
        #expect(!pool.members.contains { $0.isOccupied })
        await pool.close()
    }

    @Test func `nor one that waited for a connection together with such a call`() async throws {
        let server = Server()
        let peer = try server.open()
        server.greet(1)
        let pool = try ConnectionPool(peer.configuration)
        _ = try await pool.execute(Self.mget)
        await #expect(throws: RedisCallError.self) { try await pool.execute(["HANGUP"]) }
        #expect(try await eventually { pool.members.isEmpty })
        server.holds.turnOn()
        let large = Task { try await pool.execute(Self.mget) }
        #expect(try await eventually { await pool.waiterCount == 1 })
        let small = (0..<10).map { _ in Task { try await pool.execute(["GET", "k"]) } }
        #expect(try await eventually { await pool.waiterCount == 11 })
        server.greet(8)
        #expect(try await eventually { server.smallReplies.count == 10 })
        // The call may have been the last to be written.
        #expect(try await eventually { server.isHolding.isOn })
        server.goOn.signal()
        #expect(try await large.value.array?.count == 4)
        for call in small { _ = try await call.value }
        #expect(!pool.members.contains { $0.isOccupied })
        await pool.close()
    }

    @Test func `where there can be no other connection it goes behind it at once`() async throws {
        let mgets = Counter()
        let peer = try RawPeer { client in
            try client.shakeHands()
            while try client.command()[0] == "MGET" {
                mgets.add()
                // The second one is answered when another call is here as well.
                if mgets.count == 2 { _ = try client.command() }
                try client.send("*4\r\n")
                for _ in 0..<4 { try client.send("$100000\r\n" + String(repeating: "x", count: 100_000) + "\r\n") }
                if mgets.count == 2 { try client.send("+OK\r\n") }
            }
        }
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        _ = try await pool.execute(Self.mget)
        let large = Task { try await pool.execute(Self.mget) }
        #expect(try await eventually { mgets.count == 2 })
        #expect(pool.members.contains { $0.isOccupied })
        #expect(try await pool.execute(["GET", "k"]) == .simpleString("OK"))
        #expect(try await large.value.array?.count == 4)
        await pool.close()
    }

    @Test func `what came of a reply that was cut counts, too`() async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            _ = try client.command()
            try client.send("*4\r\n$1000000\r\n" + String(repeating: "x", count: 1000))
        }
        let pool = try ConnectionPool(peer.configuration)
        await #expect(throws: RedisCallError.self) { try await pool.execute(Self.mget) }
        #expect(pool.replySizes.expectsLargeReply(to: Request(Self.mget)))
        await pool.close()
    }

    @Test func `one connection is left to small calls`() async throws {
        let server = Server()
        let peer = try server.open()
        server.greet(3)
        var configuration = peer.configuration
        configuration.pool.maxConnections = 3
        let pool = try ConnectionPool(configuration)
        _ = try await pool.execute(Self.mget)
        server.holds.turnOn()
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 { group.addTask { _ = try await pool.execute(Self.mget) } }
            #expect(
                try await eventually { pool.members.count == 3 && pool.members.reduce(0) { $0 + $1.load } == 10 })
            #expect(pool.members.count { $0.isOccupied } == 2)
            let small = Task { for _ in 0..<100 { _ = try await pool.execute(["GET", "k"]) } }
            #expect(try await eventually { server.smallReplies.count == 100 })
            for _ in 0..<10 { server.goOn.signal() }
            try await small.value
            try await group.waitForAll()
        }
        #expect(!pool.members.contains { $0.isOccupied })
        await pool.close()
    }

    @Test func `however such calls end, their connections are as free as before`() async throws {
        try await withServer { server in
            var configuration = server.configuration.patient
            configuration.pool.maxConnections = 3
            let pool = try ConnectionPool(configuration)
            for key in "abcd" { _ = try await pool.execute(["SET", .string("\(key)"), .bytes(Data(count: 200_000))]) }
            _ = try await pool.execute(Self.mget)
            #expect(pool.replySizes.expectsLargeReply(to: Request(Self.mget)))
            await withTaskGroup { group in
                for number in 0..<300 {
                    group.addTask {
                        let call = Task { try await pool.execute(Self.mget) }
                        for _ in 0..<number % 20 { await Task.yield() }
                        if number % 3 > 0 { call.cancel() }
                        _ = try? await call.value
                    }
                }
            }
            #expect(try await eventually { pool.members.allSatisfy { $0.load == 0 && !$0.isOccupied } })
            await pool.close()
        }
    }
}
