import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A server that dies or stands still under load.
extension StressTests {
    @Suite struct Outage {
        private static let timeout = Duration.seconds(1)

        /// What memory may grow by in a halt, in bytes: 200 callers who wait need hundreds of times less, and calls or
        /// connections that gather would go on gathering.
        private static let memoryBound = 64 << 20

        /// How many connections the server has had.
        private func connectionsReceived(by server: LocalRedisServer) async throws -> Int {
            let pool = try ConnectionPool(server.unixConfiguration)
            let text = try await pool.execute(["INFO", "stats"]).text ?? ""
            await pool.close()
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("total_connections_received:") }
            return try #require(line.flatMap { Int($0.split(separator: ":")[1]) })
        }

        @Test(arguments: PoolKind.allCases)
        func `killed under 200 callers and back after a second, it has all that was acknowledged`(
            kind: PoolKind
        ) async throws {
            try await withServer("--appendonly", "yes", "--appendfsync", "always") { server in
                var configuration = server.configuration
                configuration.commandTimeout = Self.timeout
                let pool = try kind.open(configuration)
                let writers = WritersUnderFaults(pool, count: 200, timeout: Self.timeout)
                let isRight = try await writers.run {
                    #expect(try await eventually { writers.record.successes > 1000 })
                    server.kill()
                    try await Task.sleep(for: .seconds(1))
                    #expect(try await eventually { !writers.record.errors.isEmpty })
                    let outage = writers.takeRecord()
                    // Each says what happened, and none is of another kind.
                    let kinds: Set = [
                        "connectFailed", "connectionLost, \(RedisCallError.Outcome.unknown)",
                        "timedOut, \(RedisCallError.Outcome.notExecuted)",
                        // Before it was killed: where the disk is busy, each write waits for that.
                        "timedOut, \(RedisCallError.Outcome.unknown)",
                    ]
                    #expect(kinds.isSuperset(of: outage.errors.keys), "\(outage.errors)")
                    #expect(!outage.errors.isEmpty)
                    try await onThread { try server.restart() }
                    let answered = ContinuousClock.now
                    writers.takeRecord()
                    // Without those that looked whether it answers, the more the longer it was loading.
                    let before = try await connectionsReceived(by: server)
                    try await Task.sleep(for: .seconds(1))
                    let connections = try await connectionsReceived(by: server) - before
                    let time = ContinuousClock.now - answered
                    #expect(try await eventually { writers.record.successes > 200 })
                    let first = try #require(writers.record.firstSuccess)
                    print(
                        "killed, \(kind): first success \(first - answered) after the server answered, "
                            + "\(connections) connections in the first second, errors \(outage.errors)")
                    #expect(first - answered < .milliseconds(150) + tolerance)
                    // Where the machine makes this longer, a call that times out may cost another connection.
                    let timeouts = Int(time.components.seconds) - 1
                    #expect(connections <= configuration.pool.maxConnections * (2 + timeouts))
                }
                #expect(isRight)
                await pool.close()
            }
        }

        @Test(arguments: PoolKind.allCases)
        func `halted for ten seconds, it costs each call its own time, and all is well afterwards`(
            kind: PoolKind
        ) async throws {
            try await withServer { server in
                var configuration = server.configuration
                configuration.commandTimeout = Self.timeout
                let pool = try kind.open(configuration)
                let writers = WritersUnderFaults(pool, count: 200, timeout: Self.timeout)
                let isRight = try await writers.run {
                    #expect(try await eventually { writers.record.successes > 1000 })
                    let before = try await connectionsReceived(by: server)
                    let memory = try ResidentMemory.now()
                    server.suspend()
                    writers.takeRecord()
                    try await Task.sleep(for: .seconds(10))
                    let growth = try ResidentMemory.now() - memory
                    server.resume()
                    #expect(growth < Self.memoryBound)
                    let halt = writers.takeRecord()
                    // Those under way when it was halted, if any.
                    #expect(halt.successes <= 200)
                    #expect(halt.latest < tolerance)
                    #expect(try await eventually { writers.record.successes > 1000 })
                    let atOnce = try await connectionsReceived(by: server) - before
                    try await Task.sleep(for: .seconds(1))
                    let after = try await connectionsReceived(by: server) - before
                    print(
                        "halted, \(kind): calls at most \(halt.latest) late (\(halt.latestEnd)), \(growth / 1024) KiB more memory, "
                            + "\(atOnce) connections until it served again, \(after) a second later, "
                            + "errors \(halt.errors)")
                    // One attempt of each connection in each second of the halt, at most, and none for no reason after it.
                    #expect(after <= configuration.pool.maxConnections * 12)
                    #expect(after - atOnce <= configuration.pool.maxConnections + 2)
                }
                #expect(isRight)
                await pool.close()
            }
        }
    }
}
