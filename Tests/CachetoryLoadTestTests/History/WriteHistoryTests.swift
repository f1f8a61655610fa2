import CachetoryRedis
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct WriteHistoryTests {
    private let history = WriteHistory(keys: 1000)

    @Test func `keys have nothing to do with each other`() throws {
        let writes = try (0..<1000).map { try #require(history.beginWrite(of: $0)) }
        for write in writes where write.key.isMultiple(of: 3) { history.end(write, .acknowledged) }
        for key in 0..<1000 {
            let difference = history.difference(of: 0, from: history.beginRead(of: key))
            #expect((difference == nil) == !key.isMultiple(of: 3))
        }
    }

    @Test func `a crash ends the doubts of before`() throws {
        let doubtful = try #require(history.beginWrite(of: 7))
        history.end(doubtful, .unknown)
        history.noteCrash()
        let sure = try #require(history.beginWrite(of: 7))
        history.end(sure, .acknowledged)
        let read = history.beginRead(of: 7)
        #expect(history.difference(of: 1, from: read) == .outdated(version: 1, acknowledged: 2))
        #expect(history.difference(of: 2, from: read) == nil)
    }

    @Test func `what ends the primary of some keys takes nothing of the others, and what it takes is counted`() throws {
        history.change(keysWhere: { $0 < 10 }) { $0.endanger() }
        for key in [3, 5, 30] { history.end(try #require(history.beginWrite(of: key)), .acknowledged) }
        history.change(keysWhere: { $0 < 10 }) { $0.strike() }
        let differences = [3, 5, 30].map { history.difference(of: 0, from: history.beginRead(of: $0)) }
        #expect(differences == [nil, nil, .outdated(version: 0, acknowledged: 1)])
        #expect(history.lostInFailover == 2)
    }

    // MARK: - Outcomes

    private static let outcomes: [(any Error, WriteOutcome)] = [
        (RedisCallError.timedOut(.unknown), .unknown),
        (RedisCallError.timedOut(.notExecuted), .refused),
        (RedisCallError.connectionLost(reason: "", .unknown), .unknown),
        (RedisCallError.connectionLost(reason: "", .notExecuted), .refused),
        (RedisCallError.protocolViolation(reason: "", .unknown), .unknown),
        (RedisCallError.connectFailed(address: "", reason: ""), .refused),
        (RedisCallError.closed, .refused),
        (RedisCallError.unexpectedReply(command: "", reply: ""), .unknown),
        (CancellationError(), .unknown),
    ]

    @Test(arguments: outcomes.indices)
    func `an error says what became of a write`(index: Int) {
        let (error, expected) = Self.outcomes[index]
        #expect(WriteOutcome(of: error) == expected, "\(error)")
    }
}
