import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct HandshakeTests {
    private static let libraryInfo: [RESPCommand] = [
        ["CLIENT", "SETINFO", "LIB-NAME", "cachetory-swift"], ["CLIENT", "SETINFO", "LIB-VER", "0.1.0"],
    ]
    private static let okay = RESPReply.simpleString("OK")
    private static let unknown = error("ERR unknown command `CLIENT`")

    private func handshake(
        _ configuration: RedisClientConfiguration = RedisClientConfiguration(),
        login: RedisClientConfiguration.Login? = nil,
        _ change: (inout PeerCapabilities) -> Void = { _ in }
    ) -> Handshake {
        var capabilities = PeerCapabilities()
        change(&capabilities)
        return Handshake(configuration, login: login, capabilities: capabilities)
    }

    private static func error(_ line: String) -> RESPReply {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        return .error(RESPServerError(code: parts[0], message: parts.count > 1 ? parts[1] : ""))
    }

    private func replies(to handshake: Handshake, _ special: [Int: RESPReply] = [:]) -> [RESPReply] {
        handshake.commands.indices.map { special[$0] ?? Self.okay }
    }

    @Test func `it is one pipeline`() throws {
        var handshake = handshake(
            RedisClientConfiguration(database: 3, clientName: "app"),
            login: RedisClientConfiguration.Login(username: "user", password: "secret"))
        #expect(
            handshake.commands == [["HELLO", "3", "AUTH", "user", "secret", "SETNAME", "app"]] + Self.libraryInfo
                + [["SELECT", 3]])
        try handshake.receive(replies(to: handshake, [0: .map([])]))
        #expect(handshake.request == nil)
    }

    @Test func `a password alone is the default user's`() {
        let handshake = handshake(login: RedisClientConfiguration.Login(username: nil, password: "secret"))
        #expect(handshake.commands.first == ["HELLO", "3", "AUTH", "default", "secret"])
    }

    @Test func `it says no more than it has to`() {
        #expect(handshake().commands == [["HELLO", "3"]] + Self.libraryInfo)
        let silent = RedisClientConfiguration(libraryName: nil, libraryVersion: nil)
        #expect(handshake(silent).commands == [["HELLO", "3"]])
        #expect(
            handshake(RedisClientConfiguration(libraryName: "app")).commands[1] == [
                "CLIENT", "SETINFO", "LIB-NAME", "app",
            ])
    }

    @Test func `in RESP2 something is asked that tells whether a login is wanted`() throws {
        let plain = RedisClientConfiguration(protocolVersion: .resp2)
        #expect(handshake(plain).commands == Self.libraryInfo + [["PING"]])
        var refused = handshake(plain)
        #expect(throws: RedisCallError.self) { try refused.receive(replies(to: refused, [2: Self.error("NOAUTH no")])) }
        // Nobody needs the permission to ping.
        var allowed = handshake(plain)
        try allowed.receive(replies(to: allowed, [2: Self.error("NOPERM no")]))
        #expect(allowed.request == nil)
    }

    @Test(arguments: [
        "ERR unknown command `HELLO`", "ERR unknown command 'HELLO', with args beginning with: '3'",
        "NOPROTO unsupported protocol version", "unsupported command 'HELLO'", "ERR Unknown or disabled command",
        "ERR unsupported command", "ERR HELLO is not supported", "ERR command not allowed", "ERR syntax error",
        "ERR wrong number of arguments for 'hello' command", "NOAUTH Authentication required.", "-",
    ])
    func `a server that does not know HELLO is spoken to in RESP2`(line: String) throws {
        var handshake = handshake(
            RedisClientConfiguration(database: 3, clientName: "app"),
            login: RedisClientConfiguration.Login(username: nil, password: "secret"))
        // A server that wants a password refuses all the others, too.
        let denied = RESPReply.error(RESPServerError(code: "NOAUTH", message: ""))
        try handshake.receive(replies(to: handshake, [0: Self.error(line), 1: denied, 2: denied, 3: denied]))
        #expect(
            handshake.commands == [["AUTH", "secret"], ["CLIENT", "SETNAME", "app"]] + Self.libraryInfo
                + [["SELECT", 3]])
        try handshake.receive(replies(to: handshake))
        #expect(handshake.request == nil)
        // The next one does not ask again.
        let next = Handshake(RedisClientConfiguration(), login: nil, capabilities: handshake.capabilities)
        #expect(next.commands == Self.libraryInfo + [["PING"]])
    }

    @Test(
        arguments: [RedisClientConfiguration.ProtocolVersion.resp2, .resp3],
        [
            "BUSY Redis is busy running a script.", "LOADING Redis is loading the dataset in memory",
            "MASTERDOWN Link with MASTER is down",
        ])
    func `a server that cannot do it yet is asked again`(
        version: RedisClientConfiguration.ProtocolVersion, line: String
    ) throws {
        let configuration = RedisClientConfiguration(database: 3, protocolVersion: version)
        var handshake = handshake(
            configuration, login: RedisClientConfiguration.Login(username: nil, password: "secret"))
        let commands = handshake.commands
        for index in [0, 3] {
            try handshake.receive(replies(to: handshake, [index: Self.error(line)]))
            #expect(handshake.commands == commands)
            #expect(handshake.delay?.description == line)
        }
        try handshake.receive(replies(to: handshake))
        #expect(handshake.request == nil)
        #expect(handshake.delay == nil)
    }

    @Test func `a server that takes no more clients is no refusal for good`() {
        var handshake = handshake(
            RedisClientConfiguration(libraryName: nil, libraryVersion: nil, protocolVersion: .resp2),
            login: RedisClientConfiguration.Login(username: nil, password: "secret"))
        let error = #expect(throws: RedisCallError.self) {
            try handshake.receive([Self.error("ERR max number of clients reached")])
        }
        guard case .connectFailed(_, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("maxclients"))
    }

    @Test func `a server that knows only a password gets that alone`() throws {
        var handshake = handshake(
            RedisClientConfiguration(protocolVersion: .resp2),
            login: RedisClientConfiguration.Login(username: "h", password: "secret"))
        let line = "ERR wrong number of arguments for 'auth' command"
        try handshake.receive(replies(to: handshake, [0: Self.error(line)]))
        #expect(handshake.commands.first == ["AUTH", "secret"])
        #expect(throws: RedisCallError.self) { try handshake.receive(replies(to: handshake, [0: Self.error(line)])) }
    }

    @Test func `a peer that does not know CLIENT is not asked it`() {
        let named = RedisClientConfiguration(database: 3, clientName: "app")
        #expect(
            handshake(named) { $0.knowsClient = false }.commands == [["HELLO", "3", "SETNAME", "app"], ["SELECT", 3]])
        let bare = handshake(named) { ($0.knowsHello, $0.knowsClient) = (false, false) }
        #expect(bare.commands == [["SELECT", 3]])
    }

    @Test(arguments: [
        "ERR unknown command 'AUTH', with args beginning with: 'hunter2'", "hunter2 is wrong", "ERR hunter2?",
    ])
    func `no error repeats the password`(line: String) {
        var handshake = handshake(
            RedisClientConfiguration(protocolVersion: .resp2),
            login: RedisClientConfiguration.Login(username: "app", password: "hunter2"))
        let error = #expect(throws: RedisCallError.self) {
            try handshake.receive(replies(to: handshake, [0: Self.error(line)]))
        }
        #expect(!String(reflecting: error).contains("hunter2"))
        #expect(!"\(handshake.failure("what? hunter2"))".contains("hunter2"))
    }

    @Test func `in RESP2 a user logs in with the name`() {
        let handshake = handshake(
            RedisClientConfiguration(protocolVersion: .resp2),
            login: RedisClientConfiguration.Login(username: "user", password: "secret"))
        #expect(handshake.commands.first == ["AUTH", "user", "secret"])
    }

    @Test func `a server that does not know SETINFO is as good`() throws {
        var handshake = handshake(RedisClientConfiguration(database: 3))
        try handshake.receive(replies(to: handshake, [1: Self.unknown, 2: Self.unknown]))
        #expect(handshake.request == nil)
    }

    @Test(arguments: [
        (RedisClientConfiguration.ProtocolVersion.resp2, "WRONGPASS"), (.resp2, "NOAUTH"), (.resp2, "NOPERM"),
        (.resp2, "ERR"), (.resp3, "WRONGPASS"), (.resp3, "NOPERM"),
    ])
    func `a refused log-in is an error with the server's reason`(
        version: RedisClientConfiguration.ProtocolVersion, code: String
    ) {
        var handshake = handshake(
            RedisClientConfiguration(protocolVersion: version),
            login: RedisClientConfiguration.Login(username: "user", password: "secret"))
        let refusal = RESPServerError(code: code, message: "no")
        #expect(throws: RedisCallError.handshakeRefused(address: "localhost:6379", refusal)) {
            try handshake.receive(replies(to: handshake, [0: .error(refusal)]))
        }
    }

    @Test func `a database that does not exist is an error`() {
        var handshake = handshake(RedisClientConfiguration(database: 99))
        let refusal = RESPServerError(code: "ERR", message: "DB index is out of range")
        #expect(throws: RedisCallError.handshakeRefused(address: "localhost:6379", refusal)) {
            try handshake.receive(replies(to: handshake, [3: .error(refusal)]))
        }
    }

    @Test(arguments: ["QUEUED", "FINE"])
    func `only OK selects a database and logs in`(text: String) {
        var configuration = RedisClientConfiguration()
        configuration.protocolVersion = .resp2
        configuration.database = 1
        let login = RedisClientConfiguration.Login(password: "secret")
        let names = Handshake(configuration, login: login).commands.map(\.name)
        for name in ["AUTH", "SELECT"] {
            var handshake = Handshake(configuration, login: login)
            let replies = names.map { $0 == name ? RESPReply.simpleString(text) : Self.okay }
            #expect(throws: RedisCallError.unexpectedReply(command: name, reply: "+\(text)")) {
                try handshake.receive(replies)
            }
        }
    }
}
