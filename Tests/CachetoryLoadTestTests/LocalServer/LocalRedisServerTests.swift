import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2)))
struct LocalRedisServerTests {
    @Test func `it answers on its unix socket and on its port`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            #expect(try RawConnection(unixSocket: server.socketPath).reply(to: "PING") == "+PONG\r\n")
            #expect(try RawConnection(port: server.port).reply(to: "PING") == "+PONG\r\n")
            #expect(server.url == "redis://127.0.0.1:\(server.port)")
            #expect(server.unixURL == "redis+unix://\(server.socketPath)")
        }
    }

    @Test func `it starts from a task, too`() async throws {
        let server = try await LocalRedisServer.start()
        #expect(try RawConnection(port: server.port).reply(to: "PING") == "+PONG\r\n")
        try await onThread { server.stop() }
    }

    @Test func `its arguments reach the server`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start(arguments: ["--requirepass", "secret"])
            defer { server.stop() }
            let connection = try RawConnection(unixSocket: server.socketPath)
            #expect(try connection.reply(to: "PING")?.hasPrefix("-NOAUTH") == true)
            #expect(try connection.reply(to: "AUTH secret") == "+OK\r\n")
        }
    }

    @Test func `stopping removes the process and the folder, once and for all`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start()
            let id = try #require(server.processID)
            server.stop()
            server.stop()
            #expect(!Processes.exists(id))
            #expect(!FileManager.default.fileExists(atPath: server.folder))
            #expect(server.processID == nil)
            #expect(throws: LocalServerError.self) { try server.restart() }
        }
    }

    @Test func `a server that nobody holds any more stops`() async throws {
        try await onThread {
            var server: LocalRedisServer? = try .start()
            let id = try #require(server?.processID)
            let folder = try #require(server?.folder)
            server = nil
            #expect(!Processes.exists(id))
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test func `a killed server starts again where it was`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start(arguments: ["--appendonly", "yes", "--appendfsync", "always"])
            defer { server.stop() }
            let id = try #require(server.processID)
            #expect(try RawConnection(port: server.port).reply(to: "SET name value") == "+OK\r\n")
            server.kill()
            #expect(!Processes.exists(id))
            #expect(throws: RawConnection.Refused.self) { _ = try RawConnection(port: server.port) }
            try server.restart()
            #expect(server.processID != id)
            #expect(try RawConnection(port: server.port).reply(to: "GET name") == "$5\r\nvalue\r\n")
            #expect(try RawConnection(unixSocket: server.socketPath).reply(to: "PING") == "+PONG\r\n")
        }
    }

    @Test func `a suspended server answers when it goes on, and can be stopped before`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start()
            let connection = try RawConnection(port: server.port)
            #expect(try connection.reply(to: "PING") == "+PONG\r\n")
            server.suspend()
            try connection.send("PING")
            #expect(connection.receive(within: 50) == nil)
            server.resume()
            #expect(connection.receive() == "+PONG\r\n")
            server.suspend()
            let id = try #require(server.processID)
            server.stop()
            #expect(!Processes.exists(id))
        }
    }

    @Test func `servers started at once do not share a port`() async throws {
        let servers = try await withThrowingTaskGroup(of: LocalRedisServer.self) { group in
            for _ in 0..<8 { group.addTask { try await LocalRedisServer.start() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(servers.map(\.port)).count == servers.count)
        try await onThread { servers.forEach { $0.stop() } }
    }

    @Test func `a port that stays taken is an error after some attempts`() async throws {
        let error = try await onThread {
            let first = try LocalRedisServer.start()
            defer { first.stop() }
            return #expect(throws: LocalServerError.self) {
                try LocalRedisServer.start(arguments: ["--port", "\(first.port)"])
            }
        }
        #expect(error?.description.contains("already in use") == true, "\(String(describing: error))")
    }

    @Test func `an option that the server refuses is an error with the server's words`() async throws {
        let error = try await onThread {
            #expect(throws: LocalServerError.self) { try LocalRedisServer.start(arguments: ["--maxmemory", "much"]) }
        }
        #expect(error?.description.contains("maxmemory") == true, "\(String(describing: error))")
    }

    @Test func `without a server on the search path the error says how to install one`() async throws {
        let error = try await onThread {
            #expect(throws: LocalServerError.self) { try LocalRedisServer.start(searchPath: "/nowhere:/dev") }
        }
        let text = try #require(error?.description)
        #expect(text.contains("apt-get install redis-server"))
        #expect(text.contains("/nowhere:/dev"))
    }

    @Test func `the environment may name another server, which has to be a program`() throws {
        let variable = "CACHETORY_REDIS_SERVER"
        #expect(try LocalRedisServer.program(environment: [variable: "/bin/sh", "PATH": "/nowhere"]) == "/bin/sh")
        let error = #expect(throws: LocalServerError.self) {
            try LocalRedisServer.program(environment: [variable: "/nowhere", "PATH": "/usr/bin"])
        }
        #expect(error?.description == "CACHETORY_REDIS_SERVER is /nowhere, which is no program that can be started")
        // Where it is empty, the search path counts.
        #expect(throws: LocalServerError.self) {
            try LocalRedisServer.program(environment: [variable: "", "PATH": "/nowhere"])
        }
    }

    @Test func `the server has no file of its parent open`() async throws {
        try await onThread {
            // Open without being marked as to be closed in children.
            let leaked = open("/etc/hosts", O_RDONLY)
            defer { close(leaked) }
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            let id = try #require(server.processID)
            let folder = "/proc/\(id)/fd"
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
                .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
            #expect(!files.isEmpty)
            #expect(!files.contains("/etc/hosts"))
        }
    }
}
