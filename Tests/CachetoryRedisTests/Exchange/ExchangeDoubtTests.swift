import CachetoryRESP
import CachetoryRedis
import Testing

/// What becomes of the requests on a connection that may have been left in a transaction.
@Suite struct ExchangeDoubtTests {
    private let ok = RESPReply.simpleString("OK")
    private let queued = RESPReply.simpleString("QUEUED")
    private let refused = RESPReply.error(RESPServerError(code: "ERR", message: "unknown command 'EXEC'"))
    private let nested = RESPReply.error(RESPServerError(code: "ERR", message: "MULTI calls can not be nested"))

    @Test func `a transaction that ends leaves no doubt`() throws {
        let exchange = ScriptedExchange()
        exchange.add(transaction: "a")
        exchange.add("b")
        _ = exchange.write()
        #expect(try exchange.receive(ok, queued, .array([.integer(1)])).count == 1)
        #expect(exchange.acceptsTransactions)
        #expect(!exchange.isInDoubt)
        #expect(try exchange.receive(.integer(2)) == [Answer("b", .integer(2))])
        #expect(exchange.isOpen)
    }

    @Test func `behind an EXEC that was refused, QUEUED is no reply, and nothing more is written`() throws {
        let exchange = ScriptedExchange()
        exchange.add(transaction: "a")
        exchange.add("b")
        exchange.add("cd")
        exchange.add("e")
        exchange.add("f")
        _ = exchange.write()
        exchange.add("g")
        exchange.add("hi")
        let replies = try exchange.receive(ok, queued, refused)
        #expect(replies == [Answer("a", .array([ok, queued, refused]))])
        #expect(exchange.isInDoubt)
        #expect(!exchange.isOpen)
        #expect(!exchange.mayWrite)
        #expect(
            exchange.takeAbandonedInDoubt() == [Left("g", mayBeExecuted: false), Left("hi", mayBeExecuted: false)])
        // One that is queued, two of which one is refused by itself, one that was executed after all, and one refused.
        let others = try exchange.receive(queued, queued, refused, .integer(5), refused)
        #expect(others == [Answer("e", .integer(5)), Answer("f", refused)])
        #expect(exchange.takeAbandonedInDoubt() == [Left("b", mayBeExecuted: false), Left("cd", mayBeExecuted: false)])
        #expect(exchange.inFlight == 0)
        #expect(exchange.takeAbandonedInDoubt().isEmpty)
    }

    @Test func `while another EXEC is on its way, it may execute what is queued`() throws {
        let exchange = ScriptedExchange()
        exchange.add(transaction: "a")
        exchange.add("b")
        exchange.add(transaction: "c")
        exchange.add("d")
        _ = exchange.write()
        _ = try exchange.receive(ok, queued, refused, queued, nested, queued, refused, queued)
        #expect(
            exchange.takeAbandonedInDoubt() == [
                Left("b", mayBeExecuted: true), Left("c", mayBeExecuted: false), Left("d", mayBeExecuted: false),
            ])
    }

    @Test func `a transaction that was not written executes nothing`() throws {
        let exchange = ScriptedExchange()
        exchange.add(transaction: "a")
        exchange.add("b")
        _ = exchange.write()
        exchange.add(transaction: "c")
        _ = try exchange.receive(ok, queued, refused, queued)
        #expect(
            exchange.takeAbandonedInDoubt() == [Left("b", mayBeExecuted: false), Left("c", mayBeExecuted: false)])
    }

    @Test func `a later transaction that is accepted shows that the first had ended`() throws {
        let exchange = ScriptedExchange()
        exchange.add(transaction: "a")
        exchange.add(transaction: "b")
        _ = exchange.write()
        let replies = try exchange.receive(ok, queued, refused, ok, queued, .array([.null]))
        #expect(replies.map(\.waiter) == ["a", "b"])
        // It was not proved before, so nobody gets the connection all the same.
        #expect(exchange.isInDoubt)
    }

    @Test func `QUEUED out of nowhere is its waiter's, who may see a reason to doubt`() throws {
        let exchange = ScriptedExchange()
        for letters in ["a", "bc", "d"] { exchange.add(letters) }
        _ = exchange.write()
        exchange.add("e")
        #expect(
            try exchange.receive(queued, queued, queued) == [
                Answer("a", queued), Answer("bc", .array([queued, queued])),
            ])
        #expect(exchange.isOpen)
        exchange.noteUnexplainedQueued()
        #expect(!exchange.isOpen)
        #expect(exchange.takeAbandonedInDoubt() == [Left("e", mayBeExecuted: false)])
        // It may be what a script says, which must not be executed again.
        #expect(try exchange.receive(queued) == [Answer("d", queued)])
        #expect(exchange.takeAbandonedInDoubt().isEmpty)
    }

    /// Another thread may close it between the reply and what follows from that.
    @Test func `after the end, only those are left that were queued before`() throws {
        let exchange = ScriptedExchange()
        exchange.add(transaction: "a")
        for letters in ["b", "c", "d"] { exchange.add(letters) }
        _ = exchange.write()
        exchange.add("e")
        _ = try exchange.receive(ok, queued, refused, queued)
        #expect(exchange.close().map(\.waiter) == ["c", "d", "e"])
        #expect(exchange.takeAbandonedInDoubt() == [Left("b", mayBeExecuted: false)])
        #expect(exchange.takeAbandonedInDoubt().isEmpty)
    }

    @Test func `whoever has the connection alone may be queued`() throws {
        let exchange = ScriptedExchange()
        exchange.add(leased: "a")
        _ = exchange.write()
        #expect(try exchange.receive(queued) == [Answer("a", queued)])
        #expect(exchange.isOpen)
    }

    @Test func `a MULTI that is refused takes the proof back`() throws {
        let exchange = ScriptedExchange()
        for (replies, isAccepted) in [
            ([ok, queued, .array([ok])], true),
            ([ok, refused, .error(RESPServerError(code: "EXECABORT", message: ""))], true),
            ([refused, ok, refused], false),
        ] as [([RESPReply], Bool)] {
            exchange.add(transaction: "a")
            _ = exchange.write()
            for reply in replies { _ = try exchange.receive(reply) }
            #expect(exchange.acceptsTransactions == isAccepted)
        }
        #expect(exchange.isOpen)
    }
}
