import CachetoryRESP
import CachetoryRedis
import CachetorySystemLibraries
import Foundation

/// A program that ends while its connections are made, as any program may.
///
/// `CachetoryExitingClient <port> <file of the authority> <first|second>`: with `second`, somebody else has called
/// OpenSSL before.
@main enum ExitingClient {
    static func main() throws {
        guard CommandLine.arguments.count == 4, let port = Int(CommandLine.arguments[1]) else { exit(2) }
        if CommandLine.arguments[3] == "second" { try callOpenSSL() }
        // Handlers run in the reverse order, so this one runs behind OpenSSL's: others may have more to do as the process
        // ends. It gives the connections time to run into what is gone.
        atexit { usleep(30_000) }

        let tls = RedisTLSConfiguration(authorityFile: CommandLine.arguments[2])
        let configuration = RedisClientConfiguration(
            address: .tcp(host: "localhost", port: port), tls: tls, connectTimeout: .seconds(20),
            commandTimeout: .seconds(20))
        let connected = DispatchSemaphore(value: 0)
        connect(configuration, TLSContextSource(tls)) { connected.signal() }
        let pool = try ConnectionPool(configuration)
        reconnect(pool) { connected.signal() }

        for _ in 0..<6 { connected.wait() }
        usleep(UInt32.random(in: 0..<10_000))
        exit(0)
    }

    private static func callOpenSSL() throws {
        let library = try SystemLibrary("OpenSSL", files: ["libssl.so.3", "libssl.so.1.1"], install: "libssl3")
        let initialize = try library.function(
            "OPENSSL_init_ssl", as: (@convention(c) (UInt64, OpaquePointer?) -> Int32).self)
        _ = initialize(0, nil)
    }

    /// Connections of their own, each with a handshake.
    private static func connect(
        _ configuration: RedisClientConfiguration, _ source: TLSContextSource,
        _ connected: @escaping @Sendable () -> Void
    ) {
        for _ in 0..<5 {
            Thread.detachNewThread {
                while true {
                    let deadline = Timestamp.now + configuration.connectTimeout
                    if var connection = try? BlockingConnection.open(configuration, tls: source, until: deadline) {
                        _ = try? connection.execute(Request(["PING"]), until: deadline)
                        connected()
                    }
                }
            }
        }
    }

    /// A pool whose connections are closed over and over.
    private static func reconnect(_ pool: ConnectionPool, _ connected: @escaping @Sendable () -> Void) {
        for _ in 0..<8 {
            Task.detached {
                while true {
                    _ = try? await pool.execute(.reading("PING"))
                    _ = try? await pool.execute(["CLIENT", "KILL", "TYPE", "normal"])
                    connected()
                }
            }
        }
    }
}
