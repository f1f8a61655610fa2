import Foundation
import Redis
import Testing

@testable import LoadTest

@Suite(.timeLimit(.minutes(5)))
struct WriteHistoryTests {
    private let history = WriteHistory(keys: 1000)
    private let values = ValuePattern(size: 100)

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

    // MARK: - Calls

    @Test func `a call writes the next version, and reads instead where somebody else writes`() {
        var call = TrackedCall(history)
        var other = TrackedCall(history)
        guard case .set(5) = call.begin(.set(5)), case .get(5) = other.begin(.set(5)),
            case .setMany([6]) = other.begin(.setMany([5, 6, 6]))
        else {
            Issue.record("another operation")
            return
        }
        #expect(call.isWrite && call.version(of: 5) == 1)
        call.end(.acknowledged)
        guard case .set(5) = call.begin(.set(5)), case .getMany([5]) = other.begin(.setMany([5])) else {
            Issue.record("another operation")
            return
        }
        #expect(call.version(of: 5) == 2)
        #expect(!other.isWrite)
    }

    @Test func `the answer to a call is compared with the history`() {
        var writing = TrackedCall(history)
        _ = writing.begin(.setMany([1, 2]))
        writing.end(.acknowledged)
        let call = TrackedCall(history).reading([1, 2, 3])
        func difference(_ value: Data?, _ key: Int) -> WrongValue? { call.difference(of: value, from: key, values) }
        #expect(difference(values.value(of: 1, version: 1), 1) == nil)
        #expect(difference(values.value(of: 1, version: 0), 1) == .outdated(version: 0, acknowledged: 1))
        #expect(difference(values.value(of: 2, version: 2), 2) == .neverWritten(version: 2))
        #expect(difference(values.value(of: 2, version: 1), 1) == .valueOfKey(2))
        #expect(difference(nil, 3) == .missing)
        #expect(difference(values.value(of: 4), 4) == .notAsked)
        var broken = values.value(of: 1, version: 1)
        broken[50] ^= 1
        #expect(difference(broken, 1) == .corrupt(offset: 50))
    }

    // MARK: - Outcomes

    private static let outcomes: [(any Error, WriteOutcome)] = [
        (RedisError.timedOut(.unknown), .unknown),
        (RedisError.timedOut(.notExecuted), .refused),
        (RedisError.connectionLost(reason: "", .unknown), .unknown),
        (RedisError.connectionLost(reason: "", .notExecuted), .refused),
        (RedisError.protocolViolation(reason: "", .unknown), .unknown),
        (RedisError.connectFailed(address: "", reason: ""), .refused),
        (RedisError.closed, .refused),
        (RedisError.unexpectedReply(command: "", reply: ""), .unknown),
        (CancellationError(), .unknown),
    ]

    @Test(arguments: outcomes.indices)
    func `an error says what became of a write`(index: Int) {
        let (error, expected) = Self.outcomes[index]
        #expect(WriteOutcome(of: error) == expected, "\(error)")
    }
}
