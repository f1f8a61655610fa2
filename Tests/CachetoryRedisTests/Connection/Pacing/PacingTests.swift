import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct PacingTests {
    /// An exchange whose last replies took so many microseconds, with `x` in flight since a moment.
    private func busy(replyTime: Int64, since moment: Timestamp) throws -> ScriptedExchange {
        let exchange = ScriptedExchange()
        exchange.add("w")
        #expect(exchange.write(at: .microseconds(0)) == "w")
        _ = try exchange.receive(.null, at: .microseconds(replyTime))
        exchange.add("x")
        #expect(exchange.write(at: moment) == "x")
        return exchange
    }

    @Test func `with nothing in flight a request is written at once`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        _ = try exchange.receive(.null, at: .microseconds(1050))
        exchange.add("a")
        #expect(!exchange.isHeld(at: .microseconds(1060)))
    }

    @Test(arguments: [(50, 10), (50, 199), (1000, 851), (1000, 1149)] as [(Int64, Int64)])
    func `a request waits for a reply that is due`(replyTime: Int64, age: Int64) throws {
        let exchange = try busy(replyTime: replyTime, since: .microseconds(5000))
        exchange.add("a")
        #expect(exchange.isHeld(at: .microseconds(5000 + age)))
    }

    @Test(arguments: [(50, 201), (1000, 0), (1000, 849), (1000, 1151)] as [(Int64, Int64)])
    func `a request does not wait for a reply that takes long, or should have come`(
        replyTime: Int64, age: Int64
    ) throws {
        let exchange = try busy(replyTime: replyTime, since: .microseconds(5000))
        exchange.add("a")
        #expect(!exchange.isHeld(at: .microseconds(5000 + age)))
    }

    @Test func `what waited goes out together when the reply comes`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        for word in ["a", "b", "c"] {
            exchange.add(word)
            #expect(exchange.isHeld(at: .microseconds(1010)))
        }
        _ = try exchange.receive(.null, at: .microseconds(1050))
        #expect(exchange.write(at: .microseconds(1050)) == "abc")
    }

    @Test func `much of it does not wait`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        exchange.add(bytes: 16 * 1024)
        #expect(!exchange.isHeld(at: .microseconds(1010)))
    }

    @Test func `so many requests do not wait where one connection has all the callers`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        for count in 1...24 {
            exchange.add("a")
            #expect(exchange.isHeld(at: .microseconds(1010)) == (count < 24))
        }
    }

    @Test func `with much in flight many requests wait for the next reply`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        for _ in 1...40 { exchange.add("a") }
        #expect(!exchange.isHeld(at: .microseconds(1010)))
        #expect(exchange.write(at: .microseconds(1010))?.count == 40)
        for _ in 1...23 { exchange.add("b") }
        // 64 are in flight, with the first.
        #expect(exchange.isHeld(at: .microseconds(1020)))
        for _ in 1...100 {
            exchange.add("b")
            #expect(exchange.isHeld(at: .microseconds(1020)))
        }
    }

    @Test func `with much in flight, a quarter of it does not wait for the end of an iteration`() throws {
        let exchange = ScriptedExchange()
        for _ in 1...300 { exchange.add("a") }
        #expect(exchange.write()?.count == 300)
        exchange.beginIteration()
        for count in 1...100 {
            exchange.add("b")
            #expect(exchange.isHeld(at: .microseconds(1000)) == (count < 100))
        }
    }

    @Test func `while callers on the reactor ask, requests wait for the end of its iteration, but not many`() throws {
        let exchange = ScriptedExchange()
        exchange.beginIteration()
        for count in 1...16 {
            exchange.add("a")
            #expect(exchange.isHeld(at: .microseconds(1000)) == (count < 16))
        }
        #expect(exchange.write()?.count == 16)
        exchange.add("b")
        #expect(exchange.isHeld(at: .microseconds(1000)))
        exchange.endIteration()
        #expect(!exchange.isHeld(at: .microseconds(1000)))
    }

    @Test func `who has written leaves to the end of the iteration what came meanwhile`() throws {
        let exchange = ScriptedExchange()
        exchange.beginIteration()
        exchange.add("a")
        #expect(exchange.start() == "a")
        exchange.add("b")
        #expect(exchange.finish() == nil)
        exchange.endIteration()
        #expect(exchange.start() == "b")
    }

    @Test func `who has written leaves to the reply what should wait for it`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        _ = try exchange.receive(.null, at: .microseconds(1050))
        exchange.add("a")
        #expect(exchange.start(at: .microseconds(1300)) == "a")
        exchange.add("b")
        #expect(exchange.finish(at: .microseconds(1310)) == nil)
        #expect(try exchange.receive(.null, at: .microseconds(1350)) == [Answer("a", .null)])
        #expect(exchange.start(at: .microseconds(1350)) == "b")
    }

    @Test func `a reply that overtakes its writer leaves nothing behind`() throws {
        let exchange = try busy(replyTime: 50, since: .microseconds(1000))
        exchange.add("a")
        #expect(exchange.start(at: .microseconds(1300)) == "a")
        exchange.add("b")
        #expect(try exchange.receive(.null, .null, at: .microseconds(1350)).map(\.waiter) == ["x", "a"])
        #expect(exchange.start(at: .microseconds(1350)) == nil)
        #expect(exchange.finish(at: .microseconds(1360)) == "b")
    }
}
