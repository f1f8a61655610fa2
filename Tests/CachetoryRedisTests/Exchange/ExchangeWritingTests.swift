import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct ExchangeWritingTests {
    @Test func `one writes at a time, and goes on with what gathered meanwhile`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        #expect(exchange.start() == "a")
        exchange.add("b")
        exchange.add("c")
        #expect(exchange.start() == nil)
        #expect(exchange.finish() == "bc")
        #expect(exchange.finish() == nil)
        exchange.add("d")
        #expect(exchange.start() == "d")
    }

    @Test func `nothing is written after the end`() {
        let exchange = ScriptedExchange()
        exchange.add("a")
        #expect(exchange.start() == "a")
        exchange.add("b")
        _ = exchange.close()
        #expect(exchange.finish() == nil)
        #expect(exchange.start() == nil)
    }
}
