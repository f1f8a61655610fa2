import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

/// What a command's deadline does to its connection.
@Suite(.timeLimit(.minutes(5))) struct DeadlineTests {
    @Test func `a deadline ends its call alone`() async throws {
        let peer = try EchoPeer()
        let pool = try ConnectionPool(peer.configuration)
        try await pool.withConnection { connection in
            async let patient = connection.execute(["STALL"], timeout: nil)
            await peer.waitFor("STALL")
            async let other = connection.execute(["OTHER"], timeout: nil)
            await #expect(throws: RedisCallError.self) {
                try await connection.execute(["HASTY"], timeout: .milliseconds(50))
            }
            peer.goOn()
            let replies = try await [patient, other]
            #expect(replies == [.simpleString("STALL"), .simpleString("OTHER")])
        }
    }

    @Test(arguments: PoolKind.allCases)
    func `a reply that stops in its middle ends at the deadline`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            while try client.command() != ["HALF"] { try client.send("+OK\r\n") }
            try client.send("$1000\r\nabc")
            client.waitForEnd()
        }
        var configuration = peer.configuration
        configuration.commandTimeout = .seconds(1)
        let pool = try kind.open(configuration)
        // So many quick replies that the next one is looked for without sleeping.
        for _ in 0..<2 * SpinEligibility.needed { try await pool.warmUp(["QUICK"]) }
        let begin = ContinuousClock.now
        await #expect(throws: RedisCallError.timedOut(.unknown)) { try await pool.execute(["HALF"]) }
        #expect(ContinuousClock.now - begin < busyMachine)
        await pool.close()
    }

    @Test(arguments: PoolKind.allCases)
    func `what a command took to be written, it has not to wait for its reply`(kind: PoolKind) async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            // Its sender has to wait for room meanwhile: the command is larger than all buffers.
            Thread.sleep(forTimeInterval: 9.5)
            _ = try client.command()
            client.waitForEnd()
        }
        var configuration = peer.configuration
        configuration.commandTimeout = .seconds(10)
        let pool = try kind.open(configuration)
        let value = Data(count: 32 << 20)
        let begin = ContinuousClock.now
        await #expect(throws: RedisCallError.timedOut(.unknown)) {
            try await pool.execute(["SET", "k", .bytes(value)])
        }
        // With all of its time from then on it would be 19.5 s.
        #expect(ContinuousClock.now - begin < .seconds(18))
        await pool.close()
    }

    @Test func `a silent connection is passed over until it answers, and used again then`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .seconds(3)
        configuration.pool.maxConnections = 2
        let pool = try ConnectionPool(configuration)
        _ = try await pool.execute(["PING"])
        await #expect(throws: RedisCallError.self) { try await pool.execute(["STALL"]) }
        // Another connection takes over at once.
        #expect(try await pool.execute(["OTHER"]) == .simpleString("OTHER"))
        #expect(peer.connectionCount == 2)
        peer.goOn()
        // Both are there again once two callers can have one each to themselves.
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    try await pool.withConnection { _ = try await $0.execute(["STALL", "AGAIN"], timeout: nil) }
                }
            }
            for _ in 0..<2 { await peer.waitFor("STALL AGAIN") }
            for _ in 0..<2 { peer.goOn() }
        }
        #expect(peer.connectionCount == 2)
        #expect(await pool.connectionCount == 2)
    }

    @Test func `a connection that stays silent for as long again is closed`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .milliseconds(200)
        let pool = try ConnectionPool(configuration)
        await #expect(throws: RedisCallError.self) { try await pool.execute(["STALL"]) }
        #expect(try await eventually { await pool.connectionCount == 0 })
        peer.goOn()
    }

    @Test func `a command whose caller got no thread until its deadline is not sent`() async throws {
        try await withServer { server in
            var configuration = server.configuration.patient
            configuration.commandTimeout = .milliseconds(300)
            let pool = try ConnectionPool(configuration)
            #expect(try await eventuallyValue { try? await pool.execute(["PING"]) } != nil)
            let caller = CallerOnOwnThread()
            let hasBegun = Switch()
            let call = Task { await caller.error(of: ["SET", "late", "1"], pool, hasBegun) }
            try await fillingAllThreads {
                hasBegun.turnOn()
                // The time in which the call is ready to go on, and has no thread.
                usleep(1_000_000)
            }
            // By the time that there are threads again, it may also have had its turn in time.
            if let error = await call.value {
                #expect(error == .timedOut(.notExecuted))
                #expect(try await eventuallyValue { try? await pool.execute(["EXISTS", "late"]) } == .integer(0))
            }
            await pool.close()
        }
    }

    @Test func `without a timeout a call waits`() async throws {
        let peer = try EchoPeer(delay: .milliseconds(300))
        var configuration = peer.configuration
        configuration.commandTimeout = nil
        for kind in PoolKind.allCases {
            #expect(try await kind.open(configuration).execute(["PATIENT"]) == .simpleString("PATIENT"))
        }
    }

    @Test func `many calls with one silent server all end at their deadline`() async throws {
        try await withServer { server in
            var configuration = server.configuration.patient
            let pool = try ConnectionPool(configuration)
            _ = try await pool.execute(["PING"])
            configuration.commandTimeout = .milliseconds(300)
            let hasty = try ConnectionPool(configuration)
            _ = try await eventuallyValue { try? await hasty.execute(["PING"]) }
            server.suspend()
            let (time, count) = try await timed {
                try await withThrowingTaskGroup { group in
                    for _ in 0..<500 {
                        group.addTask { await (try? hasty.execute(["INCR", "n"])) == nil ? 1 : 0 }
                    }
                    return try await group.reduce(0, +)
                }
            }
            #expect(count == 500)
            #expect(time < busyMachine)
            server.resume()
            #expect(try await pool.execute(["PING"]) == .simpleString("PONG"))
            #expect(try await eventuallyValue { try? await hasty.execute(["PING"]) } == .simpleString("PONG"))
        }
    }
}
