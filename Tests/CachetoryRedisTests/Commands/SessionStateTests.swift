import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct SessionStateTests {
    /// A command and what came of it.
    struct Exchange {
        let command: RESPCommand
        let reply: RESPReply?

        init(_ command: RESPCommand, _ reply: RESPReply?) {
            (self.command, self.reply) = (command, reply)
        }
    }

    /// Several of those, one after the other.
    struct Conversation: ExpressibleByArrayLiteral, CustomTestStringConvertible {
        let exchanges: [Exchange]

        init(arrayLiteral exchanges: Exchange...) {
            self.exchanges = exchanges
        }

        var testDescription: String {
            exchanges.map { "\($0.command.name ?? ""): \($0.reply?.summary ?? "no reply")" }.joined(separator: ", ")
        }
    }

    private static let ok = RESPReply.simpleString("OK")
    private static let queued = RESPReply.simpleString("QUEUED")
    private static let refused = RESPReply.error(RESPServerError(code: "ERR", message: "unknown command"))
    private static let aborted = RESPReply.error(RESPServerError(code: "EXECABORT", message: "Transaction discarded"))

    private static let multi = Exchange(["MULTI"], ok)
    private static let watch = Exchange(["WATCH", "a"], ok)
    private static let exec = Exchange(["EXEC"], .array([]))

    @Test(
        arguments: [
            [],
            [Exchange(["SET", "a", 1], ok), Exchange(["BLPOP", "q", 0], .null), Exchange(["GET", "a"], refused)],
            [multi, exec], [multi, Exchange(["SET", "a", 1], queued), Exchange(["EXEC"], .array([ok]))],
            [Exchange(["multi"], ok), Exchange(["discard"], ok)], [watch, Exchange(["UNWATCH"], ok)],
            [watch, multi, exec], [watch, multi, Exchange(["EXEC"], .null)],
            [multi, Exchange(["NONE"], refused), Exchange(["EXEC"], aborted)],
            [watch, multi, Exchange(["UNWATCH"], queued), exec],
            // A transaction that was never begun needs no end.
            [Exchange(["MULTI"], refused)], [Exchange(["MULTI"], refused), Exchange(["EXEC"], refused)],
            [Exchange(["WATCH", "a"], refused)], [Exchange(["DISCARD"], refused)],
            // A reply that proves the end after one that did not.
            [multi, Exchange(["EXEC"], refused), Exchange(["DISCARD"], ok)],
            [multi, Exchange(["DISCARD", "now"], refused), Exchange(["SET", "a", 1], queued), exec],
            // A script says what it likes.
            [Exchange(["EVAL", "", 0], queued), Exchange(["MODULE.SAYS"], queued)],
        ] as [Conversation])
    func `a connection is clean when replies prove that nothing was left in it`(conversation: Conversation) {
        #expect(Self.session(after: conversation.exchanges).isClean)
    }

    @Test(
        arguments: [
            [multi], [multi, Exchange(["SET", "a", 1], queued)], [watch], [multi, exec, watch],
            // Sent, and queued, refused or lost.
            [multi, Exchange(["UNWATCH"], queued)], [multi, Exchange(["DISCARD"], refused)],
            [multi, Exchange(["EXEC"], refused)], [multi, Exchange(["EXEC"], nil)],
            [multi, Exchange(["DISCARD"], nil)], [Exchange(["MULTI"], nil)],
            [Exchange(["WATCH", "a"], nil)], [watch, Exchange(["UNWATCH"], refused)],
            [watch, multi, Exchange(["DISCARD"], queued)], [multi, Exchange(["EXEC"], queued)],
            [multi, Exchange(["MULTI"], refused)],
            // What no server says.
            [Exchange(["MULTI"], queued)], [Exchange(["MULTI"], .integer(1))], [Exchange(["WATCH", "a"], queued)],
            [multi, Exchange(["SET", "a", 1], ok)], [Exchange(["SET", "a", 1], queued)], [Exchange(["EXEC"], ok)],
            [multi, Exchange(["DISCARD"], .simpleString("FINE"))],
            // Nothing takes these back.
            [Exchange(["SELECT", 1], ok)], [Exchange(["SELECT", 1], ok), multi, exec],
            [Exchange(["AUTH", "pw"], refused)], [Exchange(["HELLO", 2], .array([]))],
            [Exchange(["RESET"], .simpleString("RESET"))], [Exchange(["QUIT"], ok)],
            [Exchange(["CLIENT", "NO-EVICT", "ON"], ok)], [Exchange(["READONLY"], ok)], [Exchange(["ASKING"], ok)],
            [Exchange(RESPCommand([.bytes(Data("select".utf8)), .integer(1)]), ok)],
        ] as [Conversation])
    func `a connection is not clean when something was left in it, or may have been`(conversation: Conversation) {
        #expect(!Self.session(after: conversation.exchanges).isClean)
    }

    private static func session(after exchanges: [Exchange]) -> SessionState {
        var session = SessionState()
        for exchange in exchanges {
            session.note(sent: exchange.command)
            _ = session.note(exchange.reply, to: exchange.command)
        }
        return session
    }

    @Test func `without its reply, a command leaves a doubt`() {
        var session = SessionState()
        session.note(sent: ["MULTI"])
        #expect(!session.isClean)
    }

    /// The replies come in the order of the requests, but nobody knows in which order their callers hear of them.
    @Test func `two at once leave a doubt for good`() {
        var session = SessionState()
        session.note(sent: ["MULTI"])
        session.note(sent: ["EXEC"])
        _ = session.note(Self.ok, to: ["MULTI"])
        _ = session.note(.array([]), to: ["EXEC"])
        #expect(!session.isClean)
    }

    @Test func `outside of a transaction nothing is queued`() {
        var session = SessionState()
        session.note(sent: ["GET", "a"])
        let isBelieved = session.note(Self.queued, to: ["GET", "a"])
        #expect(!isBelieved)
        for (exchanges, command) in [([Self.multi], ["GET", "a"]), ([], ["EVAL", "", 0])] as [([Exchange], RESPCommand)]
        {
            var session = Self.session(after: exchanges)
            session.note(sent: command)
            let isBelieved = session.note(Self.queued, to: command)
            #expect(isBelieved)
        }
    }

    // MARK: - Which commands

    @Test(
        arguments: [
            ["MULTI"], ["EXEC"], ["DISCARD"], ["WATCH", "a"], ["UNWATCH"], ["select", 1], ["Client", "LIST"],
            ["BLPOP", "q", 0], ["BLMOVE", "a", "b", "LEFT", "LEFT", 0], ["BZPOPMIN", "z", 0], ["WAIT", 1, 0],
            ["XREAD", "BLOCK", 0, "STREAMS", "s", "$"],
        ] as [RESPCommand])
    func `what changes or keeps a connection needs one to itself`(command: RESPCommand) {
        #expect(SessionState.needsExclusiveLease(command))
    }

    @Test(
        arguments: [["GET", "k"], ["EVAL", "return 1", 0], ["LPOP", "q"], ["PUBLISH", "c", "m"], ["PING"]]
            as [RESPCommand])
    func `everything else may be shared`(command: RESPCommand) {
        #expect(!SessionState.needsExclusiveLease(command))
    }
}
