import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// Peers that do what no server should: each ends in an error of its kind, in time.
@Suite(.timeLimit(.minutes(5))) struct HostilePeerTests {
    /// What a peer answers to a command, and the error that the caller gets.
    struct Answer: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: String
        var resets = false
        let isExpected: @Sendable (RedisCallError) -> Bool

        static let isViolation: @Sendable (RedisCallError) -> Bool = { error in
            if case .protocolViolation(_, .unknown) = error { true } else { false }
        }
        static let isLoss: @Sendable (RedisCallError) -> Bool = { error in
            if case .connectionLost(_, .unknown) = error { true } else { false }
        }

        static let all = [
            Answer(testDescription: "garbage", bytes: "HTTP/1.1 400 Bad Request\r\n\r\n", isExpected: isViolation),
            Answer(
                testDescription: "an endless line", bytes: "+" + String(repeating: "x", count: 100_000),
                isExpected: isViolation),
            Answer(testDescription: "an impossible length", bytes: "$9223372036854775807\r\n", isExpected: isViolation),
            Answer(testDescription: "too many elements", bytes: "*9223372036854775807\r\n", isExpected: isViolation),
            Answer(testDescription: "too many pairs", bytes: "%4611686018427387905\r\n", isExpected: isViolation),
            Answer(
                testDescription: "too deep", bytes: String(repeating: "*1\r\n", count: 100_000), isExpected: isViolation
            ),
            Answer(testDescription: "a wrong line end", bytes: "$2\r\nabcd", isExpected: isViolation),
            Answer(testDescription: "nothing", bytes: "", isExpected: isLoss),
            Answer(testDescription: "half a line", bytes: "+O", isExpected: isLoss),
            Answer(testDescription: "half a string", bytes: "$10\r\nabc", isExpected: isLoss),
            Answer(testDescription: "half an array", bytes: "*2\r\n+a\r\n", isExpected: isLoss),
            Answer(testDescription: "a reset", bytes: "", resets: true, isExpected: isLoss),
        ]
    }

    @Test(arguments: PoolKind.allCases, Answer.all)
    func `a broken answer is an error of its kind, and the pool goes on`(kind: PoolKind, answer: Answer) async throws {
        try await breakAnswer(answer) { try kind.open($0) }
    }

    func breakAnswer(_ answer: Answer, _ open: (RedisClientConfiguration) throws -> AnyPool) async throws {
        let connections = Counter()
        let peer = try RawPeer { client in
            try client.shakeHands()
            connections.add()
            if connections.count > 1 {
                while true { try client.send("+\(client.command()[0])\r\n") }
            }
            _ = try client.command()
            try client.send(answer.bytes)
            // A violation is found by the caller; anything else is cut short here.
            if answer.isExpected(.protocolViolation(reason: "", .unknown)) { return client.waitForEnd() }
            if answer.resets { client.reset() }
        }
        let pool = try open(peer.configuration)
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        }
        #expect(error.map(answer.isExpected) == true, "\(String(describing: error))")
        // At once, not when the time of the call was over.
        #expect(time < busyMachine)
        #expect(try await pool.execute(["PING"]) == .simpleString("PING"))
        #expect(connections.count == 2)
    }

    @Test(arguments: PoolKind.allCases)
    func `a peer that says nothing costs a call its own time`(kind: PoolKind) async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .milliseconds(500)
        let pool = try kind.open(configuration)
        try await pool.warmUp()
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["STALL"]) }
        }
        guard case .timedOut? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(time >= .milliseconds(500) && time < busyMachine)
        peer.goOn()
    }

    @Test(arguments: PoolKind.allCases)
    func `a push between the replies is nobody's`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let name = try client.command()[0]
                try client.send(">2\r\n+invalidate\r\n_\r\n+\(name)\r\n>1\r\n+after\r\n")
            }
        }
        let pool = try kind.open(peer.configuration)
        for name in ["A", "B", "C"] as [RESPArgument] {
            #expect(try await pool.pipeline([[name], ["X"]]).first?.text == RESPCommand([name]).name)
        }
        #expect(peer.connectionCount == 1)
    }

    @Test(arguments: PoolKind.allCases)
    func `a reply too many never reaches the next caller`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while true {
                let name = try client.command()[0]
                try client.send(name == "TWICE" ? "+TWICE\r\n+STRAY\r\n" : "+\(name)\r\n")
            }
        }
        let pool = try kind.open(peer.configuration)
        for number in 0..<20 {
            #expect(try await pool.execute(["TWICE"]) == .simpleString("TWICE"))
            // It fails if it was on its way when the stray one was found, but it never gets that one.
            let name = "NEXT\(number)"
            do {
                #expect(try await pool.execute([.string(name)]) == .simpleString(name))
            } catch let error as RedisCallError {
                guard case .protocolViolation = error else { throw error }
            }
        }
    }

    @Test func `a reply too many ends an idle connection at once`() async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            _ = try client.command()
            try client.send("+PONG\r\n")
            try client.send("+STRAY\r\n")
            client.waitForEnd()
        }
        let pool = try ConnectionPool(peer.configuration)
        #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
        #expect(try await eventually { await pool.connectionCount == 0 })
    }

    @Test(arguments: PoolKind.allCases)
    func `a reading command is sent once more where its connection broke, and no oftener`(kind: PoolKind) async throws {
        let commands = Counter()
        let peer = try RawPeer { client in
            try client.shakeHands()
            let name = try client.command()[1]
            commands.add()
            if name == "second", commands.count == 2 {
                try client.send("$5\r\nvalue\r\n")
                client.waitForEnd()
            } else {
                try client.send("$5\r\nval")
            }
        }
        let pool = try kind.open(peer.configuration)
        #expect(try await pool.execute(.reading("GET", "second")) == .bulk("value"))
        let other = try kind.open(peer.configuration)
        let error = await #expect(throws: RedisCallError.self) { try await other.execute(.reading("GET", "never")) }
        #expect(error?.outcome == .unknown)
        #expect(commands.count == 4)
    }

    // MARK: - Before the connection is there

    /// What a server does that takes no more clients: it says so, maybe before it has heard anything, and hangs up.
    private func crowdedPeer(refusing count: Int, listens: Bool) throws -> RawPeer {
        let connections = Counter()
        return try RawPeer { client in
            connections.add()
            guard connections.count > count else {
                if listens { _ = try client.command() }
                return try client.send("-ERR max number of clients reached\r\n")
            }
            try client.shakeHands()
            while true { try client.send("+\(client.command()[0])\r\n") }
        }
    }

    @Test(arguments: PoolKind.allCases, [false, true])
    func `a server that takes no more clients is tried again, and has its say`(
        kind: PoolKind, listens: Bool
    ) async throws {
        let peer = try crowdedPeer(refusing: 3, listens: listens)
        let reply = try await kind.execute(["INCR", "n"], peer.configuration)
        #expect(reply == .simpleString("INCR"))
        #expect(peer.connectionCount == 4)

        let full = try crowdedPeer(refusing: .max, listens: listens)
        var configuration = full.configuration
        configuration.commandTimeout = .seconds(1)
        let error = await kind.error(["INCR", "n"], configuration)
        guard case .connectFailed(_, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("ERR max number of clients reached; raise the server's maxclients"))
    }

    /// What a peer does with a new connection.
    enum Welcome: CaseIterable {
        case silence, end, garbage, halfAHandshake, endAfterHandshake
    }

    @Test(arguments: PoolKind.allCases, Welcome.allCases)
    func `a peer that is no server costs a call no more than its own time`(
        kind: PoolKind, welcome: Welcome
    ) async throws {
        let peer = try RawPeer { client in
            switch welcome {
            case .silence: client.waitForEnd()
            case .end: _ = try client.command()
            case .garbage: try client.send("SSH-2.0-OpenSSH_9.2\r\n")
            case .halfAHandshake:
                _ = try client.command()
                try client.send("%1\r\n+server\r\n")
                client.waitForEnd()
            case .endAfterHandshake: try client.shakeHands()
            }
        }
        var configuration = peer.configuration
        configuration.commandTimeout = .milliseconds(400)
        let pool = try kind.open(configuration)
        let (time, error) = await timed {
            await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        }
        #expect(time < busyMachine)
        // No flood of connections meanwhile, either.
        #expect(peer.connectionCount <= 100)
        switch error {
        case .connectFailed(let address, _): #expect(address == "127.0.0.1:\(peer.port)")
        case .connectionLost: #expect(welcome == .endAfterHandshake)
        // Where the time was over between two attempts.
        case .timedOut(.notExecuted): #expect(welcome == .endAfterHandshake)
        default: Issue.record("\(String(describing: error))")
        }
    }
}
