import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct ExchangeDeadlineTests {
    @Test func `the next deadline is the earliest, whoever came first`() {
        let exchange = ScriptedExchange()
        #expect(exchange.nextDeadline == .distantFuture)
        exchange.add("a", deadline: .microseconds(30))
        exchange.add("b", deadline: .microseconds(10))
        exchange.add("c")
        #expect(exchange.nextDeadline == .microseconds(10))
        _ = exchange.expire(at: .microseconds(10))
        #expect(exchange.nextDeadline == .microseconds(30))
    }

    @Test func `a deadline ends one call, and its late reply reaches nobody else`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("b", deadline: .microseconds(10))
        exchange.add("c")
        #expect(exchange.write() == "abc")
        #expect(exchange.expire(at: .microseconds(9)).isEmpty)
        #expect(exchange.expire(at: .microseconds(10)) == [Left("b", mayBeExecuted: true)])
        #expect(exchange.expire(at: .microseconds(11)).isEmpty)
        let answers = try exchange.receive(.integer(1), .integer(2), .integer(3), at: .microseconds(20))
        #expect(answers.map(\.waiter) == ["a", "b", "c"])
        #expect(answers.map(\.reply) == [.integer(1), .integer(2), .integer(3)])
    }

    @Test func `it is silent from a deadline that passed to the next reply`() throws {
        let exchange = ScriptedExchange()
        exchange.add("ab", deadline: .microseconds(10))
        exchange.add("c", deadline: .microseconds(20))
        #expect(exchange.write() == "abc")
        #expect(exchange.overdueSince == nil)
        _ = exchange.expire(at: .microseconds(12))
        _ = exchange.expire(at: .microseconds(20))
        #expect(exchange.overdueSince == .microseconds(12))
        _ = try exchange.receive(.push([.null]), at: .microseconds(30))
        #expect(exchange.overdueSince == .microseconds(12))
        _ = try exchange.receive(.null, at: .microseconds(31))
        #expect(exchange.overdueSince == nil)
    }

    @Test func `what nobody has written by its deadline is never written`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        #expect(exchange.start() == "a")
        exchange.add("b", deadline: .microseconds(20))
        exchange.add("cd", deadline: .microseconds(10))
        exchange.add("e", deadline: .microseconds(10))
        exchange.add("f")
        let expired = exchange.expire(at: .microseconds(10))
        #expect(expired == [Left("cd", mayBeExecuted: false), Left("e", mayBeExecuted: false)])
        #expect(exchange.overdueSince == nil)
        #expect(exchange.inFlight == 3)
        #expect(exchange.finish(at: .microseconds(11)) == "bf")
        let answers = try exchange.receive(.integer(1), .integer(2), .integer(3), at: .microseconds(12))
        #expect(answers.map(\.waiter) == ["a", "b", "f"])
        #expect(throws: UnsolicitedReply.self) { try exchange.receive(.null) }
    }

    @Test func `large values are taken back as a whole, and the others kept`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(bytes: 100_000)
        exchange.add(bytes: 200_000, deadline: .microseconds(10))
        exchange.add("b")
        exchange.add(bytes: 300_000)
        #expect(exchange.expire(at: .microseconds(10)) == [Left("200000 bytes", mayBeExecuted: false)])
        #expect(exchange.start() == "a[100000]b[300000]")
        exchange.pause(unsentBytes: 300_000)
        #expect(exchange.close().map(\.mayBeExecuted) == [true, true, true, true])
    }

    @Test func `with all of it taken back there is nothing to write`() {
        let exchange = ScriptedExchange()
        exchange.add("a", deadline: .microseconds(10))
        #expect(exchange.expire(at: .microseconds(10)).count == 1)
        #expect(!exchange.mayWrite)
        exchange.add("b")
        #expect(exchange.start() == "b")
    }

    @Test func `the end is exact after something was taken back`() {
        let exchange = ScriptedExchange()
        exchange.add("a", deadline: .microseconds(10))
        exchange.add("b")
        exchange.add("c")
        _ = exchange.expire(at: .microseconds(10))
        #expect(exchange.start() == "bc")
        exchange.pause(unsentBytes: ScriptedExchange.bytesPerLetter)
        #expect(exchange.close() == [Left("b", mayBeExecuted: true), Left("c", mayBeExecuted: false)])
    }

    @Test func `what somebody has taken to write counts as written`() {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("b", deadline: .microseconds(10))
        #expect(exchange.start() == "ab")
        // None of b's bytes went out, but they will as soon as there is room.
        exchange.pause(unsentBytes: ScriptedExchange.bytesPerLetter)
        #expect(exchange.expire(at: .microseconds(10)) == [Left("b", mayBeExecuted: true)])
    }
}
