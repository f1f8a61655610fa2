import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// Deadlines of a thread that is interrupted again and again, as by a profiler's timer.
@Suite(.timeLimit(.minutes(2))) struct SignalTests {
    /// Runs something on a thread that gets a signal, which does nothing, every few milliseconds.
    private func interrupted<Result: Sendable>(
        every pause: Duration = .milliseconds(20), _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = { _ in }
        #else
            action.__sigaction_handler.sa_handler = { _ in }
        #endif
        sigaction(SIGUSR2, &action, nil)
        return try await onThread {
            let thread = pthread_self()
            let (hasEnded, isQuiet) = (Switch(), DispatchSemaphore(value: 0))
            Thread.detachNewThread {
                while !hasEnded.isOn {
                    pthread_kill(thread, SIGUSR2)
                    usleep(UInt32(pause / .microseconds(1)))
                }
                isQuiet.signal()
            }
            defer {
                hasEnded.turnOn()
                isQuiet.wait()
            }
            return try body()
        }
    }

    @Test func `a blocking call ends at its deadline`() async throws {
        let peer = try EchoPeer()
        var configuration = peer.configuration
        configuration.commandTimeout = .milliseconds(500)
        let pool = try SyncConnectionPool(configuration)
        try await AnyPool(pool).warmUp()
        let (time, error) = try await timed {
            try await interrupted { #expect(throws: RedisCallError.self) { try pool.execute(["STALL"]) } }
        }
        #expect(error == .timedOut(.unknown))
        #expect(time >= .milliseconds(500) && time < busyMachine)
        peer.goOn()
    }

    @Test func `a blocking call gets its reply`() async throws {
        let peer = try EchoPeer(delay: .milliseconds(300))
        let pool = try SyncConnectionPool(peer.configuration)
        let reply = try await interrupted { try pool.execute(["SLOW"]) }
        #expect(reply == .simpleString("SLOW"))
    }

    @Test func `connecting to a Unix socket whose listener is busy ends at its deadline`() async throws {
        let listener = try FullUnixListener()
        var configuration = RedisClientConfiguration(address: .unixSocket(path: listener.path))
        configuration.connectTimeout = .milliseconds(300)
        let (time, error) = try await timed { [configuration] in
            try await interrupted {
                #expect(throws: RedisCallError.self) {
                    _ = try BlockingConnection.open(configuration, until: .now + configuration.connectTimeout)
                }
            }
        }
        #expect(error?.description.contains("timed out") == true, "\(String(describing: error))")
        #expect(time >= .milliseconds(300) && time < busyMachine)
    }

    @Test(arguments: [1, 999, 1_001])
    func `a timeout below a microsecond is not for ever`(nanoseconds: Int64) async throws {
        let peer = try EchoPeer()
        let configuration = peer.configuration
        let (time, error) = try await timed {
            try await onThread {
                var connection = try BlockingConnection.open(configuration, until: .now + .seconds(100))
                let timeout = Duration.nanoseconds(nanoseconds)
                try connection.waitInReads(atMost: timeout)
                do throws(RedisCallError) {
                    _ = try connection.execute(Request(["STALL"]), until: .now + timeout)
                    return RedisCallError?.none
                } catch {
                    return error
                }
            }
        }
        // Not even sent, where the time was over before that.
        #expect(error == .timedOut(.unknown) || error == .timedOut(.notExecuted))
        #expect(time < busyMachine)
        peer.goOn()
    }
}

/// A Unix socket whose queue of connections is full: who connects has to wait.
private final class FullUnixListener {
    let path: String
    private let descriptors: [Int32]

    init() throws {
        let path = "/tmp/full-\(UUID().uuidString.prefix(8)).sock"
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let listener = socket(AF_UNIX, type, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isListening = withUnsafeBytes(of: address) { bytes in
            bind(
                listener, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
        }
        guard isListening, listen(listener, 0) == 0 else { throw Errno.current }
        var descriptors = [listener]
        for _ in 0..<4 {
            let client = socket(AF_UNIX, type, 0)
            descriptors.append(client)
            withUnsafeBytes(of: address) { bytes in
                _ = connect(client, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
            }
        }
        self.path = path
        self.descriptors = descriptors
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
        unlink(path)
    }
}
