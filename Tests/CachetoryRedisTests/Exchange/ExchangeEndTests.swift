import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct ExchangeEndTests {
    private static let total = 3 * ScriptedExchange.bytesPerLetter

    @Test(arguments: 0...total)
    func `at the end it is known to the byte what the server may have executed`(sent: Int) {
        let exchange = ScriptedExchange()
        for word in ["a", "b", "c"] { exchange.add(word) }
        #expect(exchange.start() == "abc")
        exchange.pause(unsentBytes: Self.total - sent)
        exchange.add("d")
        let left = exchange.close()
        #expect(
            left == [
                Left("a", mayBeExecuted: sent > 0), Left("b", mayBeExecuted: sent > ScriptedExchange.bytesPerLetter),
                Left("c", mayBeExecuted: sent > 2 * ScriptedExchange.bytesPerLetter), Left("d", mayBeExecuted: false),
            ])
        #expect(exchange.isClosed)
        #expect(exchange.inFlight == 0)
    }

    @Test(arguments: [0, 1, 5_000, 100_000])
    func `the bytes of a large value count as all others do`(sentBeyond: Int) {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(bytes: 100_000)
        exchange.add("b")
        #expect(exchange.start() == "a[100000]b")
        let large = "*1\r\n$100000\r\n\r\n".utf8.count + 100_000
        exchange.pause(unsentBytes: large + ScriptedExchange.bytesPerLetter - sentBeyond)
        #expect(
            exchange.close() == [
                Left("a", mayBeExecuted: true), Left("100000 bytes", mayBeExecuted: sentBeyond > 0),
                Left("b", mayBeExecuted: false),
            ])
    }

    @Test func `all that is being written may be executed`() {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("b")
        #expect(exchange.start() == "ab")
        exchange.pause(unsentBytes: ScriptedExchange.bytesPerLetter)
        exchange.resume()
        exchange.add("c")
        #expect(
            exchange.close() == [
                Left("a", mayBeExecuted: true), Left("b", mayBeExecuted: true), Left("c", mayBeExecuted: false),
            ])
    }

    @Test func `a writer that pauses after the end leaves no bytes behind`() {
        let exchange = ScriptedExchange()
        exchange.add(bytes: 100_000)
        #expect(exchange.start() == "[100000]")
        #expect(exchange.close() == [Left("100000 bytes", mayBeExecuted: true)])
        exchange.pause(unsentBytes: 100_000)
        #expect(exchange.queuedBytes == 0)
    }

    @Test func `those with a reply are no more in flight`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("bc")
        #expect(exchange.write() == "abc")
        _ = try exchange.receive(.null, .null, at: .microseconds(1))
        #expect(exchange.close() == [Left("bc", mayBeExecuted: true)])
    }

    @Test func `it ends once`() {
        let exchange = ScriptedExchange()
        exchange.add("a")
        #expect(exchange.close().count == 1)
        #expect(exchange.close().isEmpty)
    }
}
