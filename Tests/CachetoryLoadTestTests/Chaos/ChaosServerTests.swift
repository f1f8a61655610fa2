import CachetoryLocalServer
import CachetoryLocking
import CachetoryTestSupport
import Testing

@testable import CachetoryLoadTest

/// Each thing that is done to a real server, and that nothing is left of it.
@Suite(.timeLimit(.minutes(2)))
struct ChaosServerTests {
    /// What a new connection sees of the server: the replies to a ping, a write and a read.
    private struct View: Equatable {
        var ping: String?
        var write: String?
        var read: String?

        static let usual = View(ping: "+PONG\r\n", write: "+OK\r\n", read: "$1\r\n1\r\n")

        /// - Parameter patience: how many milliseconds to wait for each reply.
        static func of(_ server: LocalRedisServer, patience: Int32 = 10_000) -> View? {
            guard let connection = try? RawConnection(unixSocket: server.socketPath) else { return nil }
            func reply(_ command: String) -> String? {
                (try? connection.send(command)).flatMap { connection.receive(within: patience) }
            }
            return View(ping: reply("PING"), write: reply("SET k 1"), read: reply("GET k"))
        }
    }

    /// Does one thing to a server of its own, and returns how the server looks meanwhile.
    private func perform(_ kind: ChaosKind, patience: Int32 = 10_000) async throws -> View? {
        try await onThread {
            let server = try LocalRedisServer.start(arguments: ChaosServer.arguments)
            defer { server.stop() }
            let crashes = Lock(0)
            let chaos = ChaosServer(server) { crashes.withLock { $0 += 1 } }
            let process = server.processID
            #expect(View.of(server) == .usual)
            // A connection that is there before.
            let client = try RawConnection(unixSocket: server.socketPath)
            #expect(try client.reply(to: "PING") == "+PONG\r\n")
            var view: View?
            var isServed = false
            let step = ChaosPlan.Step(rest: 0, kind: kind, time: 2_000, chance: 5)
            let pause = { (time: UInt64) in
                #expect(time == 2_000)
                view = View.of(server, patience: patience)
                return true
            }
            try chaos.perform(step, pause: pause) { slots in
                isServed = slots == nil && View.of(server) == .usual
            }
            #expect(isServed)
            #expect(crashes.withLock { $0 } == (kind == .crash ? 1 : 0))
            #expect((server.processID == process) == (kind != .crash))
            let isKept = (try? client.send("PING")).flatMap { client.receive() } == "+PONG\r\n"
            #expect(isKept == ![.crash, .killAll, .killOne, .refusal].contains(kind))
            return view
        }
    }

    @Test func `a crash takes the server away, and what it had acknowledged stays`() async throws {
        #expect(try await perform(.crash) == nil)
    }

    @Test func `a halted server answers nothing`() async throws {
        #expect(try await perform(.halt, patience: 50) == View())
    }

    @Test func `connections are killed, one or all`() async throws {
        _ = try await perform(.killAll)
        _ = try await perform(.killOne)
    }

    @Test func `a paused server answers nothing`() async throws {
        #expect(try await perform(.pause, patience: 20) == View())
    }

    @Test func `new connections are refused`() async throws {
        let view = try await perform(.refusal)
        #expect(view?.ping?.hasPrefix("-ERR max number of clients reached") ?? true)
        #expect(view?.read == nil)
    }

    @Test func `writes are refused, and reads are not`() async throws {
        let view = try #require(try await perform(.outOfMemory))
        #expect(view.ping == "+PONG\r\n" && view.read == "$1\r\n1\r\n")
        #expect(view.write?.hasPrefix("-OOM") == true)
    }

    @Test func `of the connections one is killed, which chance tells`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            let talk = ServerTalk(socketPath: server.socketPath, timeout: .seconds(20))
            let first = try RawConnection(unixSocket: server.socketPath)
            let second = try RawConnection(unixSocket: server.socketPath)
            _ = (try first.reply(to: "PING"), try second.reply(to: "PING"))
            let ids = try talk.clientIDs()
            #expect(ids.count == 2)
            let step = ChaosPlan.Step(rest: 0, kind: .killOne, time: 0, chance: 3)
            try ChaosServer(server) {}.perform(step, pause: { _ in true }, served: { _ in })
            #expect(try talk.clientIDs() == [ids[0]])
        }
    }
}
