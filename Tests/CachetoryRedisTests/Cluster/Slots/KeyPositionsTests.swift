import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct KeyPositionsTests {
    /// A command and its keys.
    struct Sample: CustomTestStringConvertible {
        let command: RESPCommand
        let keys: [String]

        init(_ command: RESPCommand, _ keys: String...) {
            (self.command, self.keys) = (command, keys)
        }

        var testDescription: String { "\(command.arguments)" }
    }

    /// Servers from Redis 7 on know all of these commands.
    static let common: [Sample] = [
        Sample(["GET", "a"], "a"), Sample(["set", "a", "v", "PX", 1], "a"), Sample(["HSET", "h", "f", "v"], "h"),
        Sample(["MGET", "a", "b", "a"], "a", "b", "a"), Sample(["UNLINK", "a"], "a"),
        Sample(["exists", "a", "b"], "a", "b"),
        Sample(["MSET", "a", 1, "b", 2], "a", "b"), Sample(["MSETNX", "a", 1], "a"),
        Sample(["RENAME", "a", "b"], "a", "b"), Sample(["COPY", "a", "b", "REPLACE"], "a", "b"),
        Sample(["LMOVE", "a", "b", "LEFT", "LEFT"], "a", "b"), Sample(["SMOVE", "a", "b", "m"], "a", "b"),
        Sample(["LCS", "a", "b", "LEN"], "a", "b"), Sample(["BLPOP", "a", "b", 0], "a", "b"),
        Sample(["BZPOPMIN", "a", 0], "a"), Sample(["BITOP", "AND", "d", "a", "b"], "d", "a", "b"),
        Sample(["SINTERSTORE", "d", "a", "b"], "d", "a", "b"), Sample(["PFCOUNT", "a", "b"], "a", "b"),
        Sample(["EVAL", "return 1", 2, "a", "b", "c"], "a", "b"), Sample(["EVALSHA", "sha", "1", "a", "c"], "a"),
        Sample(["FCALL", "f", 1, "a"], "a"), Sample(["fcall_ro", "f", 1, "a", "b"], "a"),
        Sample(["ZUNION", 2, "a", "b", "WEIGHTS", 1, 2], "a", "b"),
        Sample(["SINTERCARD", 2, "a", "b", "LIMIT", 1], "a", "b"),
        Sample(["LMPOP", 1, "a", "LEFT"], "a"), Sample(["BLMPOP", 0, 2, "a", "b", "LEFT"], "a", "b"),
        Sample(["BZMPOP", 0, 1, "a", "MIN"], "a"), Sample(["ZRANGESTORE", "d", "a", 0, 1], "d", "a"),
        Sample(["ZUNIONSTORE", "d", 2, "a", "b"], "d", "a", "b"), Sample(["ZDIFFSTORE", "d", 1, "a"], "d", "a"),
        Sample(["GEOSEARCHSTORE", "d", "a", "FROMMEMBER", "m", "BYRADIUS", 1, "m"], "d", "a"),
        Sample(["OBJECT", "ENCODING", "a"], "a"), Sample(["MEMORY", "usage", "a", "SAMPLES", 1], "a"),
        Sample(["XINFO", "STREAM", "s"], "s"), Sample(["XGROUP", "CREATE", "s", "g", "$"], "s"),
        Sample(["XADD", "s", "*", "f", "v"], "s"), Sample(["XREAD", "STREAMS", "s", "t", 0, 0], "s", "t"),
        Sample(["XREAD", "COUNT", 1, "BLOCK", 0, "streams", "s", "$"], "s"),
        Sample(["XREADGROUP", "GROUP", "STREAMS", "COUNT", "NOACK", "STREAMS", "s", "t", ">", ">"], "s", "t"),
        Sample(["SORT", "a", "BY", "STORE", "LIMIT", 0, 1, "GET", "STORE", "ASC", "STORE", "d"], "a", "d"),
        Sample(["SORT", "a"], "a"), Sample(["SORT_RO", "a", "BY", "nosort"], "a"),
        Sample(["GEORADIUS", "a", 1, 1, 1, "m", "STORE", "d"], "a", "d"),
        Sample(["GEORADIUSBYMEMBER", "a", "STORE", 1, "m", "STOREDIST", "d"], "a", "d"),
        Sample(["MIGRATE", "h", 1, "a", 0, 1], "a"), Sample(["SPUBLISH", "c", "m"], "c"),
        Sample(["MIGRATE", "h", 1, "", 0, 1, "AUTH", "KEYS", "KEYS", "a", "b"], "a", "b"),
        Sample(["WATCH", "a", "b"], "a", "b"), Sample(["RESTORE", "a", 0, "x"], "a"),
        Sample(["PFMERGE", "d", "a"], "d", "a"),
    ]

    @Test(arguments: common)
    func `the keys of a command stand where its name says`(sample: Sample) {
        let keys = KeyPositions.keys(of: sample.command).map { if case .string(let key) = $0 { key } else { "" } }
        #expect(keys == sample.keys)
        #expect(KeyPositions.isKnown(sample.command))
    }

    @Test(
        arguments: [
            Sample(["MSETEX", 2, "a", 1, "b", 2, "EX", 5], "a", "b"), Sample(["JSON.MGET", "a", "b", "$"], "a", "b"),
            Sample(["JSON.MSET", "a", "$", 1, "b", "$", 2], "a", "b"), Sample(["JSON.SET", "a", "$", 1], "a"),
            Sample(["TS.MADD", "a", 1, 1, "b", 1, 2], "a", "b"), Sample(["TS.MGET", "FILTER", "x=1"]),
            Sample(["CMS.MERGE", "d", 2, "a", "b"], "d", "a", "b"), Sample(["NOBODYKNOWS", "a", "b"], "a"),
        ])
    func `those of newer servers and of modules, too`(sample: Sample) {
        let keys = KeyPositions.keys(of: sample.command).map { if case .string(let key) = $0 { key } else { "" } }
        #expect(keys == sample.keys)
    }

    @Test(
        arguments: [
            ["PING"], ["INFO", "all"], ["dbsize"], ["FLUSHDB", "ASYNC"], ["SCAN", 0], ["KEYS", "*"],
            ["CONFIG", "GET", "a"],
            ["CLUSTER", "SLOTS"], ["SCRIPT", "LOAD", "x"], ["PUBLISH", "c", "m"], ["MULTI"], ["EXEC"],
            ["OBJECT", "HELP"],
            ["MEMORY", "STATS"], ["XINFO", "HELP"], ["EVAL", "return 1", 0], ["FCALL", "f", 0], ["RANDOMKEY"],
            ["WAIT", 1, 0],
        ] as [RESPCommand])
    func `some have none`(command: RESPCommand) {
        #expect(KeyPositions.route(of: command) == .keyless)
    }

    /// The user's mistakes, which the server is to name.
    @Test(
        arguments: [
            [], [1], ["GET"], ["MGET"], ["MSET", "a"], ["EVAL"], ["EVAL", "x"], ["EVAL", "x", "y", "a"],
            ["EVAL", "x", .integer(.max), "a"], ["EVAL", "x", -1, "a"], ["EVAL", "x", .integer(.min), "a"],
            ["ZUNIONSTORE"], ["ZUNIONSTORE", "d"], ["ZUNIONSTORE", "d", .integer(.max)], ["ZUNION", 5, "a"],
            ["MSETEX", .integer(.max), "a", 1], ["XREAD"], ["XREAD", "STREAMS"], ["XREAD", "STREAMS", "s"],
            ["XREAD", "COUNT"],
            ["XREADGROUP", "GROUP", "g"], ["OBJECT"], ["OBJECT", "ENCODING"], ["SORT"], ["SORT", "a", "STORE"],
            ["BITOP", "NOT"],
            ["MIGRATE"], ["MIGRATE", "h", 1, ""], ["MIGRATE", "h", 1, "", 0, 1, "KEYS"], ["BLPOP"], ["BLPOP", "a"],
            ["RENAME", "a"], ["GEORADIUS", "a", "STORE"], ["JSON.MGET"],
            RESPCommand([.string("OBJECT"), .bytes(Data([0xFF])), .string("a")]),
        ] as [RESPCommand])
    func `what is missing is no key`(command: RESPCommand) {
        #expect(KeyPositions.keys(of: command).count <= max(0, command.arguments.count - 1))
        _ = KeyPositions.route(of: command)
    }

    @Test(
        arguments: [
            (["EVAL", "x", .integer(.max), "a", "b"], 2), (["ZUNION", 1, "a", "b"], 1), (["MSET", "a"], 1),
            (["MSETEX", .integer(.max), "a", 1, "b", 2], 2), (["XREAD", "STREAMS", "s", "t", 0], 1),
        ] as [(RESPCommand, Int)])
    func `a number of keys is believed as far as there are some`(command: RESPCommand, count: Int) {
        #expect(KeyPositions.keys(of: command).count == count)
    }

    // MARK: - Routes

    @Test(
        arguments: [
            (["GET", "foo"], .slot(12_182)), (["MGET", "foo", "foo"], .slot(12_182)),
            (["MGET", "foo{hash_tag}", "bar{hash_tag}"], .slot(2_515)),
            (["MGET", "foo", "bar"], .several(12_182)), (["RENAME", "bar", "foo"], .several(5_061)),
            (["PING"], .keyless),
            (RESPCommand([.bytes(Data("get".utf8)), .bytes(Data("foo".utf8))]), .slot(12_182)),
            (["GET", 123_456_789], .slot(0x31C3)),
        ] as [(RESPCommand, ExpectedRoute)])
    func `keys of one slot are a route`(command: RESPCommand, expected: ExpectedRoute) throws {
        #expect(try KeyPositions.route(of: command) == expected.route)
    }

    /// A route with the number of its slot.
    enum ExpectedRoute {
        case keyless
        case slot(Int)
        case several(Int)

        var route: KeyPositions.Route {
            get throws {
                switch self {
                case .keyless: .keyless
                case .slot(let number): .slot(try #require(HashSlot(number)))
                case .several(let number): .severalSlots(first: try #require(HashSlot(number)))
                }
            }
        }
    }

    @Test func `a key that routes counts instead of all others`() throws {
        let slot = try #require(HashSlot(12_182))
        let command: RESPCommand = ["MODULE.DO", "x", "y"]
        #expect(!KeyPositions.isKnown(command))
        #expect(KeyPositions.isKnown(command.routed(by: "foo")))
        #expect(KeyPositions.route(of: command.routed(by: "foo")) == .slot(slot))
        #expect(KeyPositions.route(of: RESPCommand(["PING"], routedBy: "foo")) == .slot(slot))
    }

    @Test(
        arguments: [
            ([], .keyless), ([["PING"], ["INFO"]], .keyless),
            ([["PING"], ["GET", "foo"], ["SET", "foo", 1]], .slot(12_182)),
            ([["GET", "foo"], ["PING"], ["GET", "bar"], ["GET", "foo"]], .several(12_182)),
            ([["PING"], ["MGET", "bar", "foo"]], .several(5_061)),
            ([["GET", "foo"], ["MGET", "bar", "foo"]], .several(12_182)),
        ] as [([RESPCommand], ExpectedRoute)])
    func `commands have a route together if all their keys are of one slot`(
        commands: [RESPCommand], expected: ExpectedRoute
    ) throws {
        #expect(try KeyPositions.route(ofAll: commands) == expected.route)
    }

    // MARK: - Against a server

    @Test func `a real server finds the same keys`() async throws {
        let pool = try ConnectionPool(try await SharedServer.value.configuration)
        var known = 0
        for sample in Self.common {
            let reply = try? await pool.execute(RESPCommand(["COMMAND", "GETKEYS"] + sample.command.arguments))
            // Older servers lack some commands.
            guard let keys = reply?.array?.compactMap(\.string) else { continue }
            known += 1
            #expect(keys == sample.keys, "\(sample.command.arguments)")
        }
        #expect(known > 40)
    }

    /// No command of the server's own is missing from the table whose keys are not just its first argument.
    @Test func `a real server has no others`() async throws {
        let pool = try ConnectionPool(try await SharedServer.value.configuration)
        let commands = try await pool.execute(["COMMAND"]).array ?? []
        #expect(commands.count > 200)
        for command in commands {
            guard let info = command.array, let name = info.first?.string, info.count > 5 else { continue }
            let flags = info[2].array?.compactMap(\.string) ?? []
            let (first, last, step) = (info[3].integer ?? 0, info[4].integer ?? 0, info[5].integer ?? 0)
            // Where some stand is not told by positions; subcommands have their own. Redis 6 logs what a browser sends.
            let isOther = ["memory", "object", "xgroup", "xinfo", "post", "host:"].contains(name)
            if isOther || flags.contains("movablekeys") || info.count > 9 && info[9].array?.isEmpty == false {
                continue
            }
            let arguments = (1...12).map { RESPArgument.string("a\($0)") }
            let keys = KeyPositions.keys(of: RESPCommand([.string(name)] + arguments))
            let end = last < 0 ? 12 + 1 + last : last
            let expected =
                first == 0 ? [] : stride(from: first, through: end, by: max(1, step)).map { arguments[$0 - 1] }
            #expect(keys == expected, "\(name): \(first) \(last) \(step)")
        }
    }
}
