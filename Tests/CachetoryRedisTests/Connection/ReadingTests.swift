import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// Who reads the replies, with a server that answers fast enough for a task to do it.
@Suite(.timeLimit(.minutes(2))) struct ReadingTests {
    @Test func `callers elsewhere get their replies while other tasks fill all threads of the pool`() async throws {
        let server = try await SharedServer.value
        var configuration = server.configuration.patient
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        // Connected, and known to answer fast.
        for _ in 0..<100 { _ = try await pool.execute(["PING"]) }

        try await fillingAllThreads {
            // So many at once that the reactor lends the reading.
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        for _ in 0..<50 {
                            let reply = try await pool.execute(["ECHO", .integer(number)])
                            #expect(reply == .bulkString(Data("\(number)".utf8)))
                        }
                    }
                }
            }
        }
        await pool.close()
    }
}
