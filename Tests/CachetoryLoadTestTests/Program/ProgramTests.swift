import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

// One program at a time: dozens at once, all of them loading servers, would run into the library's own time limits.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ProgramTests {
    /// The report of a program that printed one JSON object and nothing else.
    private func report(_ result: Program.Result) throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    }

    @Test(arguments: API.allCases, WorkloadKind.allCases)
    func `every workload runs on a private server and finds no fault`(api: API, kind: WorkloadKind) async throws {
        let result = try await onThread {
            try Program.run([
                "--api", "\(api)", "--workload", "\(kind)", "--requests", "2000", "--tasks", "20", "--connections", "3",
                "--keys", "500", "--distribution", "zipf", "--warmup", "0", "--format", "json",
            ])
        }
        let report = try report(result)
        #expect(result.status == 0, "\(result.errors)")
        #expect(report.operations == 2000)
        #expect(report.errors == 0, "\(report.errorKinds)")
        #expect(report.wrongValues == 0)
        #expect(report.api == api.rawValue)
        #expect(report.workload == kind.rawValue)
        #expect(report.tasks == 20)
        #expect(report.connections == 3)
        #expect(report.url.hasSuffix("redis.sock?db=0"))
        #expect(report.environment?.server?.contains(/^(Redis|Valkey) [0-9]+\.[0-9]+/) == true)
        #expect(report.opsPerSecond > 0)
        #expect(report.clientCPUPerOperation > 0)
        #expect(report.maxRSS > 1)
        #expect(report.latency.p50 > 0)
        #expect(report.latency.p50 <= report.latency.p90 && report.latency.p90 <= report.latency.p99)
        #expect(report.latency.p99 <= report.latency.p999 && report.latency.p999 <= report.latency.max)
    }

    @Test(arguments: API.allCases)
    func `every workload runs on a cluster, says what each node did, and leaves no key`(api: API) async throws {
        try await onThread {
            let cluster = try LocalCluster.start()
            defer { cluster.stop() }
            for kind in WorkloadKind.allCases {
                let result = try Program.run([
                    "--url", cluster.url, "--api", "\(api)", "--workload", "\(kind)", "--requests", "2000", "--tasks",
                    "20", "--keys", "500", "--warmup", "0", "--format", "json",
                ])
                let report = try report(result)
                #expect(result.status == 0, "\(result.errors)")
                #expect(report.operations == 2000 && report.errors == 0, "\(report.errorKinds)")
                #expect(report.wrongValues == 0)
                #expect(report.environment?.server?.contains(/^(Redis|Valkey) [0-9]+\.[0-9]+/) == true)
                let nodes = try #require(report.nodes)
                #expect(nodes.map(\.node) == (try cluster.primaries().map(\.address).sorted()))
                #expect(nodes.allSatisfy { $0.errors == 0 && $0.latency.p50 > 0 && $0.latency.p50 <= $0.latency.max })
                let sum = nodes.reduce(0) { $0 + $1.operations }
                // Of ten keys in each operation some are at each node, nearly always.
                #expect(kind.isBatched ? sum > 5000 : sum == 2000)
            }
            for primary in try cluster.primaries() { #expect(try primary.send("DBSIZE") == .integer(0)) }
        }
    }

    @Test func `it says that it starts a cluster, and leaves nothing of it`() async throws {
        let result = try await onThread { try Program.run(["--cluster", "--requests", "100", "--warmup", "0"]) }
        #expect(result.status == 0)
        #expect(result.output.contains("operations    100\n") && result.output.contains("Nodes  "))
        #expect(
            result.errors.hasPrefix("load-test: --cluster: started 3 primaries and 3 replicas, stopped at the end: "))
        let ports = result.errors.matches(of: /127\.0\.0\.1:([0-9]+)/).compactMap { Int($0.1) }
        #expect(ports.count == 6)
        for port in ports { #expect(throws: (any Error).self) { _ = try RawConnection(port: port) } }
    }

    @Test func `without a server to install there is no cluster`() async throws {
        let result = try await onThread { try Program.run(["--cluster"], searchPath: "") }
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("apt-get install redis-server"))
    }

    @Test func `JSON output is one object with the documented keys`() async throws {
        let result = try await onThread {
            try Program.run(["--requests", "100", "--warmup", "10ms", "--format", "json"])
        }
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let keys = [
            "url", "api", "workload", "tasks", "connections", "operations", "errors", "wrong_values", "seconds",
            "ops_per_second", "client_cpu_us_per_op", "latency_us", "max_rss_mb",
        ]
        #expect(Set(object.keys).isSuperset(of: keys))
        let latency = try #require(object["latency_us"] as? [String: Any])
        #expect(Set(latency.keys) == ["p50", "p90", "p99", "p999", "max"])
    }

    @Test func `it says that it starts a server, and leaves nothing of it`() async throws {
        let result = try await onThread { try Program.run(["--requests", "100", "--warmup", "0"]) }
        #expect(result.status == 0)
        #expect(result.output.contains("operations    100\n"))
        let path = try #require(result.errors.split(separator: " ").first { $0.contains("redis.sock") })
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        #expect(!FileManager.default.fileExists(atPath: "/\(folder)"))
    }

    @Test func `a server of the user's keeps its other keys and loses those of the run`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start(arguments: ["--requirepass", "secret"])
            defer { server.stop() }
            let connection = try RawConnection(port: server.port)
            #expect(try connection.reply(to: "AUTH secret") == "+OK\r\n")
            #expect(try connection.reply(to: "SET mine 1") == "+OK\r\n")
            let url = "redis://:secret@127.0.0.1:\(server.port)"
            let result = try Program.run(["--url", url, "--requests", "100", "--format", "json"])
            #expect(result.status == 0, "\(result.errors)")
            #expect(!result.output.contains("secret"))
            #expect(try connection.reply(to: "DBSIZE") == ":1\r\n")
        }
    }

    @Test func `errors make the exit status 1 and are told by kind`() async throws {
        let result = try await onThread {
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            let program = try Program([
                "--url", server.unixURL, "--duration", "1h", "--warmup", "0", "--format", "json",
            ])
            let connection = try RawConnection(port: server.port)
            let isReading = connection.waitForReads()
            #expect(isReading)
            #expect(try connection.reply(to: "ACL SETUSER default -get") == "+OK\r\n")
            #expect(
                Processes.wait {
                    (try? connection.reply(to: "INFO errorstats"))?.contains(/NOPERM:count=[0-9]{3}/) == true
                })
            program.signal(SIGINT)
            return program.finish()
        }
        let report = try report(result)
        #expect(result.status == 1, "\(result.errors)")
        #expect(report.errors > 0)
        #expect(report.errorKinds.keys.contains { $0.contains("NOPERM") })
    }

    @Test func `without a server there is no report, and one line that says why`() async throws {
        let result = try await onThread {
            let port = try LocalPort.findFree()
            return try Program.run(["--url", "redis://127.0.0.1:\(port)", "--format", "json"])
        }
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(result.errors.hasPrefix("load-test: "))
    }

    @Test func `where no server is installed it says how to install one, and uses memory`() async throws {
        let result = try await onThread {
            try Program.run(["--requests", "1000", "--warmup", "0", "--format", "json"], searchPath: "")
        }
        #expect(result.status == 0)
        #expect(result.errors.contains("apt-get install redis-server"))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(try report(result).url == "memory://")
    }

    @Test(arguments: [(share: String?.none, status: Int32(0)), (share: "0.9", status: 1)])
    func `a rate that was missed by far is told, and fails where that is demanded`(
        share: String?, status: Int32
    ) async throws {
        let result = try await onThread {
            try Program.run(
                [
                    "--url", "memory://", "--rate", "1000M", "--tasks", "1", "--duration", "200ms", "--warmup", "0",
                    "--format", "json",
                ] + (share.map { ["--min-rate", $0] } ?? []))
        }
        let report = try report(result)
        #expect(result.status == status, "\(report.failures)")
        #expect(report.rate == 1e9 && report.missedRate != nil)
        #expect(report.failures.count == Int(status))
    }

    @Test(arguments: API.allCases, WorkloadKind.allCases)
    func `every workload runs in memory`(api: API, kind: WorkloadKind) async throws {
        let result = try await onThread {
            try Program.run([
                "--url", "memory://", "--api", "\(api)", "--workload", "\(kind)", "--requests", "2000", "--warmup", "0",
                "--format", "json",
            ])
        }
        #expect(result.status == 0, "\(result.errors)")
        #expect(try report(result).operations == 2000)
    }

    @Test(arguments: BadOptions.all)
    func `a wrong option ends it with status 64 and a line that names the option`(bad: BadOptions) async throws {
        let result = try await onThread { try Program.run(bad.arguments) }
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("load-test: \(bad.named): "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(
        arguments: [
            "http://localhost", "memory://?size=5", "redis://localhost?db=x", "redis://localhost:port",
            "localhost:6379",
        ])
    func `a URL that is none is a wrong option`(url: String) async throws {
        let result = try await onThread { try Program.run(["--url", url]) }
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("load-test: --url: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test func `the help goes to standard output`() async throws {
        let result = try await onThread { try Program.run(["--help"]) }
        #expect(result.status == 0)
        #expect(result.output == Help.text)
        #expect(result.errors.isEmpty)
    }

    @Test(arguments: API.allCases, [SIGINT, SIGTERM])
    func `a signal ends it with the report so far`(api: API, signal: Int32) async throws {
        let result = try await onThread {
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            let program = try Program([
                "--url", server.unixURL, "--api", "\(api)", "--duration", "1h", "--warmup", "0", "--format", "json",
            ])
            let connection = try RawConnection(port: server.port)
            let isReading = connection.waitForReads()
            #expect(isReading)
            program.signal(signal)
            return program.finish()
        }
        let report = try report(result)
        #expect(result.status == 0, "\(result.errors)")
        #expect(report.interrupted)
        #expect(report.operations > 0)
        #expect(report.seconds < 60)
        #expect(report.errors == 0)
        #expect(report.wrongValues == 0)
    }

    @Test(arguments: API.allCases)
    func `a signal ends it even while the server hangs`(api: API) async throws {
        let result = try await onThread {
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            let program = try Program([
                "--url", "\(server.unixURL)?socket_timeout=60", "--api", "\(api)", "--duration", "1h", "--warmup", "0",
                "--format", "json",
            ])
            let isReading = try RawConnection(port: server.port).waitForReads()
            #expect(isReading)
            server.suspend()
            program.signal(SIGINT)
            // The report comes without the server; only the removal of the keys waits for it.
            #expect(Processes.wait { program.outputSoFar.hasSuffix("}\n") })
            server.resume()
            return program.finish()
        }
        let report = try report(result)
        #expect(result.status == 0, "\(result.errors)")
        #expect(report.interrupted)
        #expect(report.operations > 0)
        #expect(report.errors == 0)
    }

    @Test func `a second signal ends it at once`() async throws {
        try await onThread {
            let server = try LocalRedisServer.start()
            defer { server.stop() }
            let program = try Program(["--url", server.unixURL, "--api", "sync", "--duration", "1h"])
            let connection = try RawConnection(port: server.port)
            let isReading = connection.waitForReads()
            #expect(isReading)
            // With a server that answers nothing, the first signal alone would wait for the threads in their calls.
            server.suspend()
            program.signal(SIGINT)
            program.signal(SIGTERM)
            #expect(program.finish().status == -SIGTERM)
        }
    }

    @Test func `killed with no chance to clean up, it leaves no server`() async throws {
        try await onThread {
            let program = try Program(["--duration", "1h"])
            let words = try #require(program.firstComplaint()).split(separator: " ")
            let path = try #require(words.first { $0.contains("redis.sock") })
            let socket = path.prefix { $0 != "," }
            let probe = try RawConnection(unixSocket: String(socket))
            #expect(try probe.reply(to: "PING") == "+PONG\r\n")
            program.signal(SIGKILL)
            #expect(program.finish().status == -SIGKILL)
            // The end of the connection is the end of the server.
            #expect(probe.receive(within: 20_000) == nil)
            let folder = String(socket.dropLast("/redis.sock".count))
            #expect(Processes.wait { !FileManager.default.fileExists(atPath: folder) })
        }
    }
}
