import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// Servers and proxies that do not know all that a handshake may say.
@Suite(.timeLimit(.minutes(5))) struct CapabilityTests {
    /// A peer that answers each command by a rule; where that is nil, it closes the connection.
    private func peer(_ said: Said, _ answer: @escaping @Sendable ([String]) -> String?) throws -> RawPeer {
        try RawPeer { client in
            while true {
                let command = try client.command()
                said.add(command)
                guard let reply = answer(command) else { return }
                try client.send(reply + "\r\n")
            }
        }
    }

    /// What a peer was asked.
    private final class Said: @unchecked Sendable {
        private let lock = NSLock()
        private var commands: [[String]] = []
        func add(_ command: [String]) { lock.withLock { commands.append(command) } }
        var names: [String] { lock.withLock { commands.map { $0[0] } } }
        func clear() { lock.withLock { commands = [] } }
    }

    @Test(
        arguments: PoolKind.allCases,
        [
            "-unsupported command 'HELLO'", "-ERR Unknown or disabled command", "-ERR unknown command `HELLO`",
            "-ERR unknown command 'hello', with args beginning with: '3' ",
            "-NOPROTO sorry, this protocol version is not it",
            "-ERR command is not supported", "-ERR syntax error", nil,
        ])
    func `a peer that refuses HELLO is spoken to in RESP2, and is not asked again`(
        kind: PoolKind, refusal: String?
    ) async throws {
        let said = Said()
        let peer = try peer(said) { command in
            switch command[0] {
            case "HELLO": refusal
            case "CLIENT": "-ERR unknown command"
            case "BYE": nil
            default: "+\(command[0])"
            }
        }
        let pool = try kind.open(peer.configuration)
        #expect(try await pool.execute(["GET"]) == .simpleString("GET"))
        #expect(said.names.contains("HELLO"))
        await #expect(throws: RedisCallError.self) { try await pool.execute(["BYE"]) }
        said.clear()
        let connections = peer.connectionCount
        #expect(try await pool.execute(["GET"]) == .simpleString("GET"))
        #expect(!said.names.contains("HELLO"))
        #expect(peer.connectionCount == connections + 1)
    }

    @Test(arguments: PoolKind.allCases, RedisClientConfiguration.ProtocolVersion.allCases)
    func `a peer that closes at CLIENT is asked without it from then on`(
        kind: PoolKind, version: RedisClientConfiguration.ProtocolVersion
    ) async throws {
        let said = Said()
        let peer = try peer(said) { command in
            switch command[0] {
            case "HELLO": "%1\r\n+server\r\n+raw"
            case "CLIENT", "BYE": nil
            default: "+\(command[0])"
            }
        }
        var configuration = peer.configuration
        configuration.protocolVersion = version
        configuration.clientName = "app"
        let pool = try kind.open(configuration)
        #expect(try await pool.execute(["GET"]) == .simpleString("GET"))
        await #expect(throws: RedisCallError.self) { try await pool.execute(["BYE"]) }
        said.clear()
        #expect(try await pool.execute(["GET"]) == .simpleString("GET"))
        #expect(said.names == (version == .resp3 ? ["HELLO", "GET"] : ["PING", "GET"]))
    }

    @Test(arguments: PoolKind.allCases)
    func `NOAUTH to a HELLO with a log-in is no refusal yet`(kind: PoolKind) async throws {
        let peer = try peer(Said()) { command in
            switch command[0] {
            case "HELLO": "-NOAUTH Authentication required."
            case "AUTH": command == ["AUTH", "secret"] ? "+OK" : "-WRONGPASS no"
            default: "+\(command[0])"
            }
        }
        var configuration = peer.configuration
        configuration.credentials = .init(password: "secret")
        #expect(try await kind.execute(["GET"], configuration) == .simpleString("GET"))
    }

    @Test(arguments: PoolKind.allCases, RedisClientConfiguration.ProtocolVersion.allCases)
    func `a server that knows only a password gets it without a user`(
        kind: PoolKind, version: RedisClientConfiguration.ProtocolVersion
    ) async throws {
        let said = Said()
        let peer = try peer(said) { command in
            switch command[0] {
            case "HELLO": "-ERR unknown command 'HELLO'"
            case "AUTH" where command.count > 2: "-ERR wrong number of arguments for 'auth' command"
            case "AUTH": command == ["AUTH", "pw"] ? "+OK" : "-ERR invalid password"
            case "BYE": nil
            default: "+\(command[0])"
            }
        }
        var configuration = peer.configuration
        configuration.protocolVersion = version
        configuration.credentials = .init(username: "h", password: "pw")
        let pool = try kind.open(configuration)
        #expect(try await pool.execute(["GET"]) == .simpleString("GET"))
        await #expect(throws: RedisCallError.self) { try await pool.execute(["BYE"]) }
        said.clear()
        #expect(try await pool.execute(["GET"]) == .simpleString("GET"))
        #expect(said.names.filter { $0 == "AUTH" }.count == 1)
    }

    // MARK: - A real proxy

    @Test(arguments: PoolKind.allCases, RedisClientConfiguration.ProtocolVersion.allCases)
    func `twemproxy is a way to a server`(kind: PoolKind, version: RedisClientConfiguration.ProtocolVersion)
        async throws
    {
        let proxy = try Twemproxy(try await SharedServer.value)
        var configuration = proxy.configuration
        configuration.protocolVersion = version
        let key = RESPArgument.string(UUID().uuidString)
        try await kind.withPool(configuration) { pool in
            let replies = [try await pool.execute(["SET", key, "value"]), try await pool.execute(["GET", key])]
            #expect(replies == [.simpleString("OK"), .bulk("value")])
        }
        // Without a search where it is told.
        let url = configuration.address.description
        var told = try RedisClientConfiguration(url: "unix://\(url)?protocol=2&lib_name=&lib_version=").patient
        told.connectTimeout = .seconds(30)
        #expect(try await kind.execute(["GET", key], told) == .bulk("value"))
    }

    // MARK: - A server that is not ready

    @Test(
        arguments: PoolKind.allCases,
        [
            ("HELLO", "-LOADING Redis is loading the dataset in memory"),
            ("SELECT", "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."),
        ])
    func `a handshake waits where the server asks for it`(kind: PoolKind, delay: (at: String, reply: String))
        async throws
    {
        let refusals = Counter()
        let peer = try peer(Said()) { command in
            guard command[0] == delay.at, refusals.count < 3 else {
                return command[0] == "SELECT" ? "+OK" : "+\(command[0])"
            }
            refusals.add()
            return delay.reply
        }
        var configuration = peer.configuration
        configuration.database = 1
        #expect(try await kind.execute(["GET"], configuration) == .simpleString("GET"))
        #expect(refusals.count == 3)
        #expect(peer.connectionCount == 1)
    }

    @Test(arguments: PoolKind.allCases, RedisClientConfiguration.ProtocolVersion.allCases)
    func `a server that is busy with a script is no refusal, and serves the same pool later`(
        kind: PoolKind, version: RedisClientConfiguration.ProtocolVersion
    ) async throws {
        try await withServer("--lua-time-limit", "1") { server in
            let script = Task {
                try await PoolKind.async.withPool(server.unixConfiguration.patient) {
                    try await $0.exclusively([["EVAL", "while true do end", "0"]], .seconds(100))
                }
            }
            try await PoolKind.async.withPool(server.unixConfiguration.patient) { other in
                let isBusy = try await eventually {
                    await serverCode { try await other.execute(["GET", "k"]) } == "BUSY"
                }
                #expect(isBusy)
                var configuration = server.configuration
                configuration.protocolVersion = version
                configuration.database = 1
                configuration.commandTimeout = .seconds(2)
                let pool = try kind.open(configuration)
                let error = await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
                // Valkey lets a connection begin meanwhile, and refuses the command itself.
                if case .connectFailed(_, let reason)? = error {
                    #expect(reason.hasPrefix("BUSY "))
                } else {
                    #expect(error?.serverCode == "BUSY", "\(String(describing: error))")
                }
                _ = try await other.execute(["SCRIPT", "KILL"])
                let isServed = try await eventually { (try? await pool.text(["PING"])) == "PONG" }
                #expect(isServed)
            }
            _ = try? await script.value
        }
    }

    /// The code of the error that a server answers with.
    private func serverCode(_ call: () async throws -> RESPReply) async -> String? {
        do {
            _ = try await call()
            return nil
        } catch {
            return (error as? RedisCallError)?.serverCode
        }
    }
}
