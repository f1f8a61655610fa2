import CachetoryRESP
import CachetoryRedis
import Testing

/// Requests whose replies are expected to be large.
@Suite struct ExchangeLargeReplyTests {
    @Test func `they count until their replies have come`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(expectingMuchOf: "b")
        exchange.add(expectingMuchOf: "c")
        #expect(exchange.largeReplies == 2)
        #expect(exchange.write() == "abc")
        #expect(exchange.oldest == "a")
        _ = try exchange.receive(.integer(1))
        #expect(exchange.largeReplies == 2)
        #expect(exchange.oldest == "b")
        _ = try exchange.receive(.integer(2))
        #expect(exchange.largeReplies == 1)
        _ = try exchange.receive(.integer(3))
        #expect(exchange.largeReplies == 0)
        #expect(exchange.oldest == nil)
    }

    @Test func `one that is not written is over when its caller leaves or its deadline is over`() {
        let exchange = ScriptedExchange()
        exchange.add(expectingMuchOf: "a")
        exchange.add(expectingMuchOf: "b", deadline: .microseconds(1))
        #expect(exchange.withdraw(1))
        #expect(exchange.largeReplies == 1)
        #expect(exchange.expire(at: .microseconds(1)).count == 1)
        #expect(exchange.largeReplies == 0)
    }

    @Test func `the reply to one that is written is still to come then`() throws {
        let exchange = ScriptedExchange()
        exchange.add(expectingMuchOf: "a", deadline: .microseconds(1))
        #expect(exchange.write() == "a")
        #expect(!exchange.withdraw(1))
        #expect(exchange.expire(at: .microseconds(1)).count == 1)
        #expect(exchange.largeReplies == 1)
        _ = try exchange.receive(.integer(1))
        #expect(exchange.largeReplies == 0)
    }

    @Test func `none is to come after the end`() {
        let exchange = ScriptedExchange()
        exchange.add(expectingMuchOf: "a")
        #expect(exchange.write() == "a")
        #expect(exchange.close().count == 1)
        #expect(exchange.largeReplies == 0)
    }
}
