import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// Callers that give up at random moments, by the hundred thousand.
extension StressTests {
    @Suite struct Cancellation {
        /// What became of the calls.
        private struct Tally: Sendable {
            var kept = 0
            var cancelled = 0
            var latest = Duration.zero

            static func + (left: Tally, right: Tally) -> Tally {
                Tally(
                    kept: left.kept + right.kept, cancelled: left.cancelled + right.cancelled,
                    latest: max(left.latest, right.latest))
            }
        }

        private static let callers = 100

        /// The bounds of the longest wait before a cancellation, in microseconds. In between it follows what calls take,
        /// on any machine and under any sanitizer, so that half of those that wait are cancelled and any part is met.
        private static let longestWaits = 100.0...100_000.0

        @Test func `100,000 cancellations at random moments mix nothing up and leave nothing behind`() async throws {
            try await withServer { server in
                let pool = try ConnectionPool(server.configuration)
                let any = AnyPool(pool)
                _ = try await any.execute(["PING"])
                let isOver = Switch()
                // The load under which it happens, and whose replies must not be touched by it.
                let bystanders = Task { try await bystand(any, until: isOver) }
                let tally = try await storm(1000) { generator, word in
                    switch generator.next() % 3 {
                    case 0: try await any.execute(["ECHO", .string(word)]) == .bulk(word)
                    case 1: try await any.pipeline([["ECHO", .string(word)], ["PING"]]).first == .bulk(word)
                    default: try await any.transaction([["ECHO", .string(word)], ["PING"]]).first == .bulk(word)
                    }
                }
                isOver.turnOn()
                #expect(try await bystanders.value > 0)
                print("cancellations: \(tally)")
                #expect(tally.kept + tally.cancelled == 100_000)
                #expect(tally.cancelled > 10_000 && tally.kept > 1000)
                #expect(tally.latest < tolerance)
                // Shared connections are kept, and nothing is in flight on them any more.
                let count = await pool.connectionCount
                #expect(count <= 8)
                #expect(try Descriptors.connected(toPort: server.port) == count)
                let (time, _) = await timed { await pool.close() }
                #expect(time < busyMachine)
                #expect(try await eventually { try Descriptors.connected(toPort: server.port) == 0 })
            }
        }

        @Test func `cancelled leases of a connection are given back or closed, each of them`() async throws {
            try await withServer { server in
                var configuration = server.configuration
                configuration.pool.maxConnections = 4
                let pool = try ConnectionPool(configuration)
                let any = AnyPool(pool)
                let tally = try await storm(50) { _, word in
                    try await any.exclusively([["MULTI"], ["ECHO", .string(word)], ["EXEC"]], nil).last
                        == .array([.bulk(word)])
                }
                print("cancelled leases: \(tally)")
                #expect(tally.kept + tally.cancelled == 50 * Self.callers)
                // All four can be had at once, so none was lost.
                try await withThrowingDiscardingTaskGroup { group in
                    for number in 0..<4 {
                        group.addTask {
                            let replies = try await any.exclusively([["ECHO", .integer(number)]], nil)
                            #expect(replies == [.bulk("\(number)")])
                        }
                    }
                }
                await pool.close()
                #expect(try await eventually { try Descriptors.connected(toPort: server.port) == 0 })
            }
        }

        /// Makes calls of many callers at once, and cancels each at a random moment.
        ///
        /// - Parameter isRight: makes a call, and says whether its reply is its own.
        private func storm(
            _ callsEach: Int,
            _ isRight: @escaping @Sendable (inout SeededGenerator, _ word: String) async throws -> Bool
        ) async throws -> Tally {
            try await withThrowingTaskGroup { group in
                for caller in 0..<Self.callers {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(caller + 1))
                        var tally = Tally()
                        var longestWait = 4000.0
                        for number in 0..<callsEach {
                            let seed = generator.next()
                            let call = Task {
                                var generator = SeededGenerator(seed: seed)
                                return try await isRight(&generator, "\(caller)-\(number)")
                            }
                            let isHasty = generator.next() % 2 == 0
                            if isHasty {
                                for _ in 0..<generator.next() % 16 { await Task.yield() }
                            } else {
                                let wait = Double.random(in: 0..<longestWait, using: &generator)
                                try await Task.sleep(for: .microseconds(wait))
                            }
                            let cancelled = ContinuousClock.now
                            call.cancel()
                            switch await call.result {
                            case .success(let isOwn):
                                #expect(isOwn)
                                tally.kept += 1
                                if !isHasty { longestWait = max(longestWait / 1.1, Self.longestWaits.lowerBound) }
                            case .failure(let error):
                                #expect(error is CancellationError, "\(error)")
                                tally.cancelled += 1
                                if !isHasty { longestWait = min(longestWait * 1.1, Self.longestWaits.upperBound) }
                            }
                            tally.latest = max(tally.latest, .now - cancelled)
                        }
                        return tally
                    }
                }
                return try await group.reduce(Tally(), +)
            }
        }

        private func bystand(_ pool: AnyPool, until isOver: Switch) async throws -> Int {
            try await withThrowingTaskGroup { group in
                for caller in 0..<20 {
                    group.addTask {
                        var count = 0
                        while !isOver.isOn {
                            let reply = try await pool.execute(["ECHO", "bystander \(caller) \(count)"])
                            #expect(reply == .bulk("bystander \(caller) \(count)"))
                            count += 1
                        }
                        return count
                    }
                }
                return try await group.reduce(0, +)
            }
        }
    }
}
