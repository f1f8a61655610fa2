import CachetoryRESP
import CachetoryTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct RESPLimitsTests {
    /// What a reply of `size` looks like, and the limit that it obeys.
    struct Limit: Sendable, CustomTestStringConvertible {
        let name: RESPError.Limit
        let testDescription: String
        let set: @Sendable (inout RESPLimits, Int) -> Void
        let reply: @Sendable (Int) -> String

        init(
            _ name: RESPError.Limit, _ description: String, _ set: @escaping @Sendable (inout RESPLimits, Int) -> Void,
            reply: @escaping @Sendable (Int) -> String
        ) {
            self.name = name
            testDescription = description
            self.set = set
            self.reply = reply
        }

        static let all: [Limit] = [
            Limit(.depth, "arrays", { $0.depth = $1 }) { repeated("*1\r\n", $0) + ":1\r\n" },
            Limit(.depth, "maps", { $0.depth = $1 }) { repeated("%1\r\n:1\r\n", $0) + ":1\r\n" },
            Limit(.depth, "streams", { $0.depth = $1 }) { repeated("*?\r\n", $0) + repeated(".\r\n", $0) },
            Limit(.depth, "attributes", { $0.depth = $1 }) { size in
                let pairs = (size + 1) / 2
                return repeated("|1\r\n:1\r\n*1\r\n", pairs) + repeated(":1\r\n", pairs) + ":1\r\n"
            },
            Limit(.bulkBytes, "bulk string", { $0.bulkBytes = $1 }) { "$\($0)\r\n\(repeated("x", $0))\r\n" },
            Limit(.bulkBytes, "bulk error", { $0.bulkBytes = $1 }) { "!\($0)\r\n\(repeated("x", $0))\r\n" },
            Limit(.bulkBytes, "streamed string", { $0.bulkBytes = $1 }) {
                "$?\r\n\(repeated(";1\r\nx\r\n", $0));0\r\n"
            },
            Limit(.elements, "array", { $0.elements = $1 }) { "*\($0)\r\n\(repeated(":1\r\n", $0))" },
            Limit(.elements, "set", { $0.elements = $1 }) { "~\($0)\r\n\(repeated(":1\r\n", $0))" },
            Limit(.elements, "push", { $0.elements = $1 }) { ">\($0)\r\n\(repeated(":1\r\n", $0))" },
            Limit(.elements, "map", { $0.elements = $1 * 2 }) { "%\($0)\r\n\(repeated(":1\r\n:1\r\n", $0))" },
            Limit(.elements, "streamed array", { $0.elements = $1 }) { "*?\r\n\(repeated(":1\r\n", $0)).\r\n" },
            Limit(.elements, "streamed map", { $0.elements = $1 * 2 }) { "%?\r\n\(repeated(":1\r\n:1\r\n", $0)).\r\n" },
            Limit(.lineBytes, "simple string", { $0.lineBytes = $1 }) { "+\(repeated("x", $0 - 1))\r\n" },
            Limit(.lineBytes, "error", { $0.lineBytes = $1 }) { "-\(repeated("x", $0 - 1))\r\n" },
            Limit(.lineBytes, "big number", { $0.lineBytes = $1 }) { "(\(repeated("1", $0 - 1))\r\n" },
            Limit(.lineBytes, "double", { $0.lineBytes = $1 }) { ",\(repeated("1", $0 - 1))\r\n" },
            Limit(.attributes, "empty attributes", { $0.attributes = $1 }) { repeated("|0\r\n", $0) + ":1\r\n" },
            Limit(.attributes, "attributes", { $0.attributes = $1 * 3 }) {
                repeated("|1\r\n:1\r\n:1\r\n", $0) + ":1\r\n"
            },
            Limit(.attributes, "elements inside attributes", { $0.attributes = $1 + 3 }) { size in
                "|1\r\n:1\r\n*\(size)\r\n\(repeated(":1\r\n", size)):1\r\n"
            },
        ]
    }

    @Test(arguments: Limit.all, [4, 10, 64])
    func `a reply may reach its limit and not pass it`(_ limit: Limit, _ size: Int) {
        var limits = RESPLimits()
        limit.set(&limits, size)

        let reached = Array(limit.reply(size).utf8)
        let replies = Outcome(of: [reached], limits: limits)
        #expect(replies.error == nil && replies.replies.count == 1)
        #expect(Outcome(of: reached, inPiecesOf: 1, limits: limits) == replies)

        let passed = Array(limit.reply(size + 1).utf8)
        let outcome = Outcome(of: [passed], limits: limits)
        guard case .limitExceeded(limit.name, _)? = outcome.error else {
            Issue.record("\(outcome)")
            return
        }
        #expect(outcome.replies.isEmpty)
        #expect(Outcome(of: passed, inPiecesOf: 1, limits: limits) == outcome)
    }

    @Test func `attributes are counted for each reply alone`() {
        var limits = RESPLimits()
        limits.attributes = 6
        let reply = "|1\r\n:1\r\n:1\r\n|1\r\n:1\r\n:1\r\n:1\r\n"
        #expect(Outcome(of: repeated(reply, 5), limits: limits).replies.count == 5)
    }

    static let hostile: [(String, RESPError.Limit)] = [
        ("$9223372036854775807\r\n", .bulkBytes),
        ("$536870913\r\n", .bulkBytes),
        ("!536870913\r\n", .bulkBytes),
        ("=536870913\r\n", .bulkBytes),
        ("$?\r\n;536870913\r\n", .bulkBytes),
        ("$?\r\n;1\r\na\r\n;9223372036854775807\r\n", .bulkBytes),
        ("*19884108\r\n", .elements),
        ("*9223372036854775807\r\n", .elements),
        ("*18446744073709551615\r\n", .elements),
        ("~19884108\r\n", .elements),
        ("%9942054\r\n", .elements),
        ("%4611686018427387904\r\n", .elements),
        ("%9223372036854775807\r\n", .elements),
        ("|9223372036854775807\r\n", .elements),
        (">19884108\r\n", .elements),
        (repeated("*1\r\n", 100_000), .depth),
        (repeated("*?\r\n", 100_000), .depth),
        (repeated("%1\r\n", 100_000), .depth),
        (repeated("|1\r\n", 100_000), .depth),
        ("+" + repeated("x", 1 << 20), .lineBytes),
        ("-" + repeated("x", 65_536) + "\r\n", .lineBytes),
        ("," + repeated("1", 500), .lineBytes),
        (":" + repeated("1", 100_000), .digits),
        ("*" + repeated("0", 100_000), .digits),
    ]

    @Test(arguments: hostile.map { (Input($0), $1) })
    func `the limits hold without being set`(_ input: Input, _ name: RESPError.Limit) {
        guard case .limitExceeded(name, _)? = Outcome(of: input.text).error else {
            Issue.record("\(Outcome(of: input.text))")
            return
        }
    }

    @Test func `an endless row of attributes ends with an error`() {
        let flood = Array(repeated("|0\r\n", 10_000).utf8)
        let outcome = Outcome(of: repeatElement(flood, count: 200))
        #expect(outcome.error == .limitExceeded(.attributes, maximum: 1 << 20))
    }

    /// A reply without an end.
    struct Growing: Sendable, CustomTestStringConvertible {
        let head: String
        let part: String
        let count: Int
        /// What each part takes.
        let size: Int

        init(_ head: String, _ part: String, count: Int = 1000, keeping elements: Int) {
            (self.head, self.part, self.count) = (head, part, count)
            size = part.utf8.count + elements * RESPLimits.elementBytes
        }

        var testDescription: String { (head + part.prefix(10)).debugDescription }

        static let all = [
            Growing("*1000000\r\n", ":1\r\n", keeping: 1),
            Growing("*?\r\n", ":1\r\n", keeping: 1),
            Growing("%1000000\r\n", ":1\r\n+a\r\n", keeping: 2),
            Growing("*1000000\r\n", "*1\r\n:1\r\n", keeping: 2),
            Growing("*1000000\r\n", "$1000\r\n\(repeated("x", 1000))\r\n", count: 100, keeping: 1),
            Growing("*1000000\r\n*1000000\r\n", "$0\r\n\r\n", keeping: 1),
            Growing("|1\r\n+a\r\n*1000000\r\n", "$100\r\n\(repeated("x", 100))\r\n", keeping: 0),
        ]
    }

    /// Each of its strings, and what it is made of, is small enough for all other limits.
    @Test(arguments: Growing.all)
    func `a whole reply takes no more than its limit`(_ reply: Growing) {
        let text = Array((reply.head + repeated(reply.part, reply.count)).utf8)
        let slack = reply.head.utf8.count + 2 * RESPLimits.elementBytes
        for size in [1, 3, text.count] {
            var limits = RESPLimits()
            limits.replyBytes = reply.count * reply.size + slack
            #expect(Outcome(of: text, inPiecesOf: size, limits: limits).error == nil)
            limits.replyBytes = reply.count * reply.size - slack
            let maximum = limits.replyBytes
            #expect(
                Outcome(of: text, inPiecesOf: size, limits: limits).error
                    == .limitExceeded(.replyBytes, maximum: maximum))
        }
    }

    @Test func `the limit of a whole reply begins anew with each`() {
        var limits = RESPLimits()
        limits.replyBytes = 1000
        let reply = "*4\r\n" + repeated("$100\r\n\(repeated("x", 100))\r\n", 4)
        let outcome = Outcome(of: Array(repeated(reply, 100).utf8), inPiecesOf: 7, limits: limits)
        #expect(outcome.error == nil && outcome.replies.count == 100)
    }

    @Test func `one limit sets the others`() {
        let limits = RESPLimits(replyBytes: 1 << 20)
        #expect(Outcome(of: "$1048577\r\n", limits: limits).error == .limitExceeded(.bulkBytes, maximum: 1 << 20))
        let elements = (1 << 20) / (3 + RESPLimits.elementBytes)
        #expect(
            Outcome(of: "*\(elements + 1)\r\n", limits: limits).error == .limitExceeded(.elements, maximum: elements))
    }

    @Test func `more elements than a command may have are understood`() throws {
        let elements = 1_100_000
        let text = "*\(elements)\r\n" + repeated(":1\r\n", elements)
        let reply = try #require(Outcome(of: Array(text.utf8), inPiecesOf: 65_536).replies.first)
        #expect(reply == .array(Array(repeating: .integer(1), count: elements)))
    }
}

func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
