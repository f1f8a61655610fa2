import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// What a connection is, once it is there.
@Suite(.timeLimit(.minutes(5))) struct ConnectTests {
    @Test(arguments: CallSetting.all)
    func `it speaks the protocol that was asked for, under the name that was given`(setting: CallSetting) async throws {
        var configuration = try await setting.configuration
        configuration.clientName = "test-\(UUID().uuidString)"
        let pool = try setting.kind.open(configuration)
        let info = try await pool.exclusively([["CLIENT", "INFO"]], nil).first?.text
        #expect(info?.contains(" name=\(configuration.clientName ?? "") ") == true)
        // In RESP2 there are no maps. Redis 6 does not name the protocol in `CLIENT INFO`.
        switch try await pool.execute(["CONFIG", "GET", "databases"]) {
        case .map: #expect(setting.version == .resp3)
        case .array: #expect(setting.version == .resp2)
        case let reply: Issue.record("\(reply)")
        }
    }

    @Test(arguments: CallSetting.all)
    func `it selects the database`(setting: CallSetting) async throws {
        var configuration = try await setting.configuration
        let key = RESPArgument.string(UUID().uuidString)
        let first = try setting.kind.open(configuration)
        configuration.database = 3
        let fourth = try setting.kind.open(configuration)
        #expect(try await fourth.execute(["SET", key, "here"]) == .simpleString("OK"))
        #expect(try await first.execute(["EXISTS", key]) == .integer(0))
        #expect(try await fourth.execute(["EXISTS", key]) == .integer(1))
    }

    @Test(arguments: CallSetting.all)
    func `a database that does not exist is refused with the server's reason`(
        setting: CallSetting
    ) async throws {
        var configuration = try await setting.configuration
        configuration.database = 4
        let pool = try setting.kind.open(configuration)
        let refusal = RESPServerError(code: "ERR", message: "DB index is out of range")
        await #expect(throws: RedisCallError.handshakeRefused(address: "\(configuration.address)", refusal)) {
            try await pool.execute(["PING"])
        }
    }

    // MARK: - Logging in

    @Test(arguments: CallSetting.all)
    func `a user logs in`(setting: CallSetting) async throws {
        let (admin, name) = try await setting.open()
        _ = try await admin.execute(["ACL", "SETUSER", .string(name), "on", ">päss wörd", "~*", "+@all"])
        var configuration = try await setting.configuration
        configuration.credentials = .init(username: name, password: "päss wörd")
        #expect(try await setting.kind.open(configuration).text(["ACL", "WHOAMI"]) == name)
    }

    @Test(arguments: CallSetting.all)
    func `a wrong password is refused, and not shown`(setting: CallSetting) async throws {
        var configuration = try await setting.configuration
        configuration.credentials = .init(username: "nobody", password: "wrong")
        let pool = try setting.kind.open(configuration)
        let error = await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        guard case .handshakeRefused(_, let refusal)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.code == "WRONGPASS")
        #expect(error?.description.contains("wrong") == false)
        #expect(await pool.connectionCount() == 0)
    }

    @Test(arguments: PoolKind.allCases)
    func `after a refusal a call does not try again`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            while true {
                _ = try client.command()
                try client.send("-WRONGPASS invalid username-password pair or user is disabled.\r\n")
            }
        }
        let pool = try kind.open(peer.configuration)
        await #expect(throws: RedisCallError.self) { try await pool.execute(["PING"]) }
        #expect(peer.connectionCount == 1)
    }

    @Test(arguments: PoolKind.allCases, RedisClientConfiguration.ProtocolVersion.allCases)
    func `a password alone logs in, and none is refused`(
        kind: PoolKind, version: RedisClientConfiguration.ProtocolVersion
    ) async throws {
        try await withServer("--requirepass", "secret") { server in
            var configuration = server.configuration
            configuration.protocolVersion = version
            let stranger = try kind.open(configuration)
            let error = await #expect(throws: RedisCallError.self) { try await stranger.execute(["PING"]) }
            guard case .handshakeRefused(_, let refusal)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(refusal.code == "NOAUTH")
            configuration.credentials = .init(password: "secret")
            #expect(try await kind.open(configuration).text(["PING"]) == "PONG")
        }
    }

    // MARK: - Addresses

    @Test(arguments: PoolKind.allCases)
    func `IPv6 is as good`(kind: PoolKind) async throws {
        try await withServer("--bind", "::1") { server in
            let pool = try kind.open(RedisClientConfiguration(address: .tcp(host: "::1", port: server.port)))
            #expect(try await pool.text(["PING"]) == "PONG")
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a host name is resolved`(kind: PoolKind) async throws {
        let port = try await SharedServer.value.port
        let pool = try kind.open(RedisClientConfiguration(address: .tcp(host: "localhost", port: port)))
        #expect(try await pool.text(["PING"]) == "PONG")
    }
}
