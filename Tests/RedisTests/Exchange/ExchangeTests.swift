import RESP
import Redis
import Testing

@Suite struct ExchangeTests {
    @Test func `replies go to the waiters in the order of their requests`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("b")
        #expect(exchange.write() == "ab")
        exchange.add("c")
        #expect(exchange.write() == "c")
        #expect(exchange.inFlight == 3)
        let answers = try exchange.receive(.integer(1), .integer(2), at: .microseconds(1))
        #expect(answers == [Answer("a", .integer(1)), Answer("b", .integer(2))])
        #expect(try exchange.receive(.null, at: .microseconds(2)) == [Answer("c", .null)])
        #expect(exchange.inFlight == 0)
    }

    @Test func `a request of several commands is answered by all their replies at once`() throws {
        let exchange = ScriptedExchange()
        exchange.add("abc")
        exchange.add("d")
        #expect(exchange.write() == "abcd")
        #expect(try exchange.receive(.integer(1), .integer(2), at: .microseconds(1)).isEmpty)
        #expect(
            try exchange.receive(.integer(3), .integer(4), at: .microseconds(2)) == [
                Answer("abc", .array([.integer(1), .integer(2), .integer(3)])),
                Answer("d", .integer(4)),
            ])
    }

    @Test func `bytes are in flight from when they are added until their reply comes`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("bc")
        #expect(exchange.bytesInFlight == 3 * ScriptedExchange.bytesPerLetter)
        #expect(exchange.write() == "abc")
        #expect(exchange.bytesInFlight == 3 * ScriptedExchange.bytesPerLetter)
        _ = try exchange.receive(.null, at: .microseconds(1))
        #expect(exchange.bytesInFlight == 2 * ScriptedExchange.bytesPerLetter)
        _ = try exchange.receive(.null, .null, at: .microseconds(2))
        #expect(exchange.bytesInFlight == 0)
    }

    @Test func `a push answers nobody`() throws {
        let exchange = ScriptedExchange()
        #expect(try exchange.receive(.push([.simpleString("invalidate")]), at: .microseconds(1)).isEmpty)
        exchange.add("ab")
        #expect(exchange.write() == "ab")
        let answers = try exchange.receive(.integer(1), .push([.null]), .integer(2), at: .microseconds(2))
        #expect(answers == [Answer("ab", .array([.integer(1), .integer(2)]))])
    }

    @Test func `a reply that nobody asked for is an error`() throws {
        let exchange = ScriptedExchange()
        #expect(throws: UnsolicitedReply.self) { try exchange.receive(.null) }
    }

    @Test func `a reply to what was not written yet is an error`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        #expect(throws: UnsolicitedReply.self) { try exchange.receive(.null) }
        #expect(exchange.write() == "a")
        exchange.add("b")
        #expect(try exchange.receive(.null, at: .microseconds(1)) == [Answer("a", .null)])
        #expect(throws: UnsolicitedReply.self) { try exchange.receive(.null) }
    }

    @Test func `a reply that comes after the end is an error, whatever was in flight`() {
        let exchange = ScriptedExchange()
        exchange.add("ab")
        #expect(exchange.write() == "ab")
        _ = exchange.close()
        #expect(throws: UnsolicitedReply.self) { try exchange.receive(.null) }
    }
}
