import CachetoryRESP
import CachetoryRedis
import Testing

/// Requests that have the connection to themselves.
@Suite struct ExchangeLargeRequestTests {
    private static let large = LargeRequests.aloneSize

    @Test func `nothing is written behind a large request until its reply`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(bytes: Self.large)
        exchange.add("b")
        #expect(exchange.hasRequestAlone)
        #expect(exchange.start() == "a[\(Self.large)]")
        exchange.add("c")
        #expect(exchange.finish() == nil)
        #expect(!exchange.mayWrite)
        #expect(try exchange.receive(.integer(1)).map(\.waiter) == ["a"])
        #expect(!exchange.mayWrite)
        #expect(exchange.hasRequestAlone)
        #expect(try exchange.receive(.integer(2)).map(\.waiter) == ["\(Self.large) bytes"])
        #expect(!exchange.hasRequestAlone)
        #expect(exchange.write() == "bc")
        #expect(try exchange.receive(.integer(3), .integer(4)).map(\.waiter) == ["b", "c"])
    }

    @Test func `large requests go one after the other`() throws {
        let exchange = ScriptedExchange()
        exchange.add(bytes: Self.large)
        exchange.add("a")
        exchange.add(bytes: Self.large + 1)
        exchange.add("b")
        #expect(exchange.write() == "[\(Self.large)]")
        #expect(exchange.write() == nil)
        _ = try exchange.receive(.null)
        #expect(exchange.write() == "a[\(Self.large + 1)]")
        #expect(try exchange.receive(.null, .null).count == 2)
        #expect(exchange.write() == "b")
    }

    @Test func `a smaller one holds up nobody`() {
        let exchange = ScriptedExchange()
        exchange.add(bytes: 500_000)
        exchange.add("a")
        #expect(exchange.write() == "[500000]a")
        #expect(!exchange.hasRequestAlone)
    }

    @Test func `one that is taken back holds up nobody`() {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(bytes: Self.large)
        exchange.add(bytes: Self.large, deadline: .microseconds(1))
        exchange.add("b")
        #expect(exchange.withdraw(2))
        #expect(exchange.expire(at: .microseconds(1)).count == 1)
        #expect(!exchange.hasRequestAlone)
        #expect(exchange.write() == "ab")
    }

    @Test func `what gathered behind it was not executed if the connection ends`() {
        let exchange = ScriptedExchange()
        exchange.add(bytes: Self.large)
        exchange.add("a")
        #expect(exchange.write() == "[\(Self.large)]")
        #expect(
            exchange.close() == [
                Left("\(Self.large) bytes", mayBeExecuted: true), Left("a", mayBeExecuted: false),
            ])
    }

    @Test func `nothing is written any more once the server has refused a large request`() throws {
        let refusal = RESPReply.error(RESPServerError(code: "ERR", message: "Protocol error: invalid bulk length"))
        let exchange = ScriptedExchange()
        exchange.add(bytes: Self.large)
        exchange.add("a")
        #expect(exchange.write() != nil)
        #expect(try exchange.receive(refusal).map(\.reply) == [refusal])
        #expect(exchange.isRefused)
        #expect(!exchange.mayWrite)
        #expect(exchange.close() == [Left("a", mayBeExecuted: false)])
    }

    /// A script may say anything.
    @Test func `the same words to a smaller request are a reply like any other`() throws {
        let words = RESPReply.error(RESPServerError(code: "ERR", message: "Protocol error: invalid bulk length"))
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add("b")
        #expect(exchange.write() == "ab")
        #expect(try exchange.receive(words, .null).count == 2)
        #expect(!exchange.isRefused)
    }

    @Test func `another error to a large request is a reply like any other`() throws {
        let exchange = ScriptedExchange()
        exchange.add(bytes: Self.large)
        exchange.add("a")
        #expect(exchange.write() != nil)
        _ = try exchange.receive(.error(RESPServerError(code: "OOM", message: "no room")))
        #expect(!exchange.isRefused)
        #expect(exchange.write() == "a")
    }

    @Test func `a request that was encoded before is as one that was not`() {
        let exchange = ScriptedExchange()
        exchange.add("a")
        exchange.add(encoding: 100_000)
        exchange.add("b")
        exchange.add(encoding: 10)
        #expect(exchange.write() == "a[100000]b[10]")
    }
}
