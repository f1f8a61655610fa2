import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// The same attacks on a pool whose reactor waits with `poll`, as it does on every system but Linux.
@Suite(.timeLimit(.minutes(5))) struct PortablePollerFaultTests {
    private func open(_ configuration: RedisClientConfiguration) throws -> AnyPool {
        AnyPool(ConnectionPool(configuration, reactor: Reactor(poller: try PortablePoller())))
    }

    @Test(arguments: HostilePeerTests.Answer.all)
    func `a broken answer is an error of its kind, and the pool goes on`(answer: HostilePeerTests.Answer) async throws {
        try await HostilePeerTests().breakAnswer(answer) { try open($0) }
    }

    @Test(arguments: [FloodingPeer.Flood.pushes, .endlessReply, .handshake])
    func `a peer that always has something to say costs a call its own time`(flood: FloodingPeer.Flood) async throws {
        let peer = try FloodingPeer(flood, connections: 1)
        let pool = try open(peer.hastyConfiguration)
        await #expect(throws: RedisCallError.self) { try await pool.execute(["INCR", "n"]) }
        #expect(try await eventually { peer.ended.count > 0 })
        #expect(try await eventuallyValue { try? await pool.execute(["PING"]) } == .simpleString("PING"))
        await pool.close()
    }

    @Test func `connections that are cut again and again are replaced, and every reply is its caller's`() async throws {
        let peer = try RawPeer { client in
            try client.shakeHands()
            for _ in 0..<50 { try client.send("+\(client.command()[1])\r\n") }
        }
        let pool = try open(peer.configuration)
        let replies = Counter()
        try await withThrowingDiscardingTaskGroup { group in
            for task in 0..<20 {
                group.addTask {
                    for number in 0..<50 {
                        let text = "\(task)-\(number)"
                        guard let reply = try? await pool.execute(.reading("GET", .string(text))) else { continue }
                        #expect(reply == .simpleString(text))
                        replies.add()
                    }
                }
            }
        }
        #expect(replies.count > 0)
        #expect(peer.connectionCount > 1)
        await pool.close()
    }

    @Test func `many callers who leave take nobody else's reply`() async throws {
        let server = try await SharedServer.value
        let pool = try open(server.configuration.patient)
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<500 {
                group.addTask {
                    let call = Task { try await pool.execute(["ECHO", .integer(number)]) }
                    if number.isMultiple(of: 2) { call.cancel() }
                    guard let reply = try? await call.value else { return }
                    #expect(reply == .bulk("\(number)"))
                }
            }
        }
        await pool.close()
        #expect(await pool.connectionCount() == 0)
    }
}
