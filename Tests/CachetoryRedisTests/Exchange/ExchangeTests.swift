import CachetoryRESP
import CachetoryRedis
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

    @Test func `large requests count from when they are added until their reply comes`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(bytes: 100_000)
        exchange.add("b")
        exchange.add(bytes: 10_000)
        exchange.add(bytes: 1000)
        let head = "*1\r\n$100000\r\n\r\n".utf8.count
        #expect(exchange.largeBytes == 110_000 + 2 * head - 1)
        #expect(exchange.write() == "a[100000]b[10000][1000]")
        _ = try exchange.receive(.null)
        #expect(exchange.largeBytes == 110_000 + 2 * head - 1)
        _ = try exchange.receive(.null)
        #expect(exchange.largeBytes == 10_000 + head - 1)
        _ = try exchange.receive(.null, .null)
        #expect(exchange.largeBytes == 0)
        _ = try exchange.receive(.null)
        #expect(exchange.largeBytes == 0)
    }

    @Test func `no more of a large request counts than what one connection may have`() throws {
        let exchange = ScriptedExchange()
        exchange.add(bytes: 900_000)
        #expect(exchange.largeBytes == LargeRequests.connectionShare)
        exchange.add(bytes: 900_000)
        #expect(exchange.write() == "[900000][900000]")
        _ = try exchange.receive(.null)
        #expect(exchange.largeBytes == LargeRequests.connectionShare)
        _ = try exchange.receive(.null)
        #expect(exchange.largeBytes == 0)
    }

    @Test func `a large request that is taken back does not count`() {
        let exchange = ScriptedExchange()
        exchange.add(bytes: 10_000)
        let kept = exchange.largeBytes
        exchange.add(bytes: 20_000, deadline: .microseconds(1))
        exchange.add("a")
        #expect(exchange.expire(at: .microseconds(1)).count == 1)
        #expect(exchange.largeBytes == kept)
        #expect(exchange.write() == "[10000]a")
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
