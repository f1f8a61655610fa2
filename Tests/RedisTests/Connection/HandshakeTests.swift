import RESP
import Redis
import Testing

@Suite struct HandshakeTests {
    private static let libraryInfo: [Command] = [
        ["CLIENT", "SETINFO", "LIB-NAME", "cachetory-swift"], ["CLIENT", "SETINFO", "LIB-VER", "0.1.0"],
    ]
    private static let okay = RESPValue.simpleString("OK")
    private static let unknown = RESPValue.error(RESPServerError(code: "ERR", message: "unknown command `HELLO`"))

    private func handshake(
        _ configuration: RedisConfiguration = RedisConfiguration(), login: RedisConfiguration.Login? = nil
    ) -> Handshake {
        Handshake(configuration, login: login)
    }

    private func replies(to handshake: Handshake, _ special: [Int: RESPValue] = [:]) -> [RESPValue] {
        handshake.commands.indices.map { special[$0] ?? Self.okay }
    }

    @Test func `it is one pipeline`() throws {
        var handshake = handshake(
            RedisConfiguration(database: 3, clientName: "app"),
            login: RedisConfiguration.Login(username: "user", password: "secret"))
        #expect(
            handshake.commands == [["HELLO", "3", "AUTH", "user", "secret", "SETNAME", "app"]] + Self.libraryInfo
                + [["SELECT", 3]])
        try handshake.receive(replies(to: handshake, [0: .map([])]))
        #expect(handshake.request == nil)
    }

    @Test func `a password alone is the default user's`() {
        let handshake = handshake(login: RedisConfiguration.Login(username: nil, password: "secret"))
        #expect(handshake.commands.first == ["HELLO", "3", "AUTH", "default", "secret"])
    }

    @Test func `it says no more than it has to`() {
        #expect(handshake().commands == [["HELLO", "3"]] + Self.libraryInfo)
        #expect(handshake(RedisConfiguration(protocolVersion: .resp2)).commands == Self.libraryInfo)
    }

    @Test(arguments: [
        unknown, .error(RESPServerError(code: "ERR", message: "unknown command 'HELLO', with args beginning with:")),
        .error(RESPServerError(code: "NOPROTO", message: "unsupported protocol version")),
    ])
    func `a server that does not know HELLO is spoken to in RESP2`(reply: RESPValue) throws {
        var handshake = handshake(
            RedisConfiguration(database: 3, clientName: "app"),
            login: RedisConfiguration.Login(username: nil, password: "secret"))
        // A server that wants a password refuses all the others, too.
        let denied = RESPValue.error(RESPServerError(code: "NOAUTH", message: ""))
        try handshake.receive(replies(to: handshake, [0: reply, 1: denied, 2: denied, 3: denied]))
        #expect(
            handshake.commands == [["AUTH", "secret"], ["CLIENT", "SETNAME", "app"]] + Self.libraryInfo
                + [["SELECT", 3]])
        try handshake.receive(replies(to: handshake))
        #expect(handshake.request == nil)
    }

    @Test func `in RESP2 a user logs in with the name`() {
        let handshake = handshake(
            RedisConfiguration(protocolVersion: .resp2),
            login: RedisConfiguration.Login(username: "user", password: "secret"))
        #expect(handshake.commands.first == ["AUTH", "user", "secret"])
    }

    @Test func `a server that does not know SETINFO is as good`() throws {
        var handshake = handshake(RedisConfiguration(database: 3))
        try handshake.receive(replies(to: handshake, [1: Self.unknown, 2: Self.unknown]))
        #expect(handshake.request == nil)
    }

    @Test(arguments: [RedisConfiguration.ProtocolVersion.resp2, .resp3], ["WRONGPASS", "NOAUTH", "NOPERM"])
    func `a refused log-in is an error with the server's reason`(
        version: RedisConfiguration.ProtocolVersion, code: String
    ) {
        var handshake = handshake(
            RedisConfiguration(protocolVersion: version),
            login: RedisConfiguration.Login(username: "user", password: "secret"))
        let refusal = RESPServerError(code: code, message: "no")
        #expect(throws: RedisError.handshakeRefused(address: "localhost:6379", refusal)) {
            try handshake.receive(replies(to: handshake, [0: .error(refusal)]))
        }
    }

    @Test func `a database that does not exist is an error`() {
        var handshake = handshake(RedisConfiguration(database: 99))
        let refusal = RESPServerError(code: "ERR", message: "DB index is out of range")
        #expect(throws: RedisError.handshakeRefused(address: "localhost:6379", refusal)) {
            try handshake.receive(replies(to: handshake, [3: .error(refusal)]))
        }
    }
}
