import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// More than fits the kernel's buffers.
@Suite(.timeLimit(.minutes(2))) struct LargeValueTests {
    private static func bytes(_ count: Int) -> Data {
        var bytes = [UInt8](repeating: 0, count: count)
        for offset in stride(from: 0, to: count, by: 97) { bytes[offset] = UInt8(truncatingIfNeeded: offset / 97) }
        return Data(bytes)
    }

    @Test(arguments: CallSetting.all, [1 << 20, 64 << 20])
    func `a large value goes both ways`(setting: CallSetting, size: Int) async throws {
        let (pool, prefix) = try await setting.open()
        let (key, value) = (RESPArgument.string(prefix), Self.bytes(size))
        #expect(try await pool.execute(["SET", key, .bytes(value)]) == .simpleString("OK"))
        let reply = try await pool.execute(.reading("GET", key))
        let isSame = reply == .bulkString(value)
        #expect(isSame)
        _ = try await pool.execute(["UNLINK", key])
    }

    /// A peer that reads no further until its answer was taken: with both buffers full, somebody has to read.
    @Test(arguments: PoolKind.allCases)
    func `answers are read while there is no room to write`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true { try client.send("+\(client.command()[1])\r\n") }
        }
        let pool = try kind.open(peer.configuration)
        let text = String(repeating: "x", count: 10_000)
        let replies = try await pool.pipeline((0..<2000).map { ["ECHO", .string("\($0)\(text)")] })
        let isSame = replies == (0..<2000).map { RESPReply.simpleString("\($0)\(text)") }
        #expect(isSame)
    }

    /// Copied and lent.
    @Test(arguments: [20_000, 60_000])
    func `many callers write more than there is room for, each its own`(size: Int) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true { try client.send("+\(client.command()[1])\r\n") }
        }
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        let text = String(repeating: "x", count: size)
        try await withThrowingTaskGroup { group in
            for number in 0..<200 {
                group.addTask {
                    let reply = try await pool.execute(["ECHO", .bytes(Data("\(number)\(text)".utf8))])
                    return reply == .simpleString("\(number)\(text)")
                }
            }
            let isSame = try await group.allSatisfy { $0 }
            #expect(isSame)
        }
        #expect(peer.connectionCount == 1)
    }
}
