import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// When requests are written, with a server far away.
@Suite(.timeLimit(.minutes(2))) struct WritingTests {
    private static let rounds = 25

    /// A server that answers every 2 ms all that has come, so that many callers are resumed at once.
    ///
    /// - Parameter pieces: counts the pieces in which requests come.
    private func farPeer(pieces: Counter = Counter()) throws -> RawPeer {
        try RawPeer { client in
            try client.shakeHands()
            let arrived = Counter()
            let hasEnded = Switch()
            Thread.detachNewThread {
                var answered = 0
                while !hasEnded.isOn {
                    Thread.sleep(forTimeInterval: 0.002)
                    let count = arrived.count - answered
                    answered += count
                    try? client.send(String(repeating: "+OK\r\n", count: count))
                }
            }
            defer { hasEnded.turnOn() }
            while true {
                let before = client.pieceCount
                _ = try client.command()
                arrived.add()
                pieces.add(client.pieceCount - before)
            }
        }
    }

    private func call(_ pool: ConnectionPool, callers: Int) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<callers {
                group.addTask {
                    for _ in 0..<Self.rounds {
                        let reply = try await pool.execute(["PING"])
                        #expect(reply == .simpleString("OK"))
                    }
                }
            }
        }
    }

    /// Some 80 pieces, and 250 if each caller wrote by himself.
    @Test func `what callers ask who got their replies together is written together`() async throws {
        var fewest = Int.max
        // On a busy machine the callers do not all run in time, but for once they do.
        for _ in 0..<10 where fewest >= 160 {
            let pieces = Counter()
            let peer = try farPeer(pieces: pieces)
            let pool = try ConnectionPool(peer.configuration)
            try await call(pool, callers: 40)
            await pool.close()
            fewest = min(fewest, pieces.count)
        }
        #expect(fewest < 160)
    }

    /// So few callers that all of them wait for the task which is to write, and that nothing is in flight.
    @Test func `callers elsewhere go on while other tasks fill all threads of the pool`() async throws {
        let peer = try farPeer()
        let pool = try ConnectionPool(peer.configuration)
        // To connect takes threads of the pool.
        _ = try await pool.execute(["PING"])
        try await fillingAllThreads { try await self.call(pool, callers: 10) }
        await pool.close()
    }
}
