import RESP
import Redis
import Testing

@Suite struct ConnectRecoveryTests {
    private let refused = RedisError.connectFailed(address: "a", reason: "refused")
    private let denied = RedisError.handshakeRefused(address: "a", RESPServerError(code: "WRONGPASS", message: ""))
    private let start = Timestamp.microseconds(1_000_000)

    @Test func `before any failure there is hope, and nothing to wait for`() {
        let recovery = ConnectRecovery()
        #expect(recovery.failure(at: start, isConnected: false) == nil)
        #expect(recovery.lastError == nil)
        #expect(recovery.retryAt <= start)
    }

    @Test func `callers fail at once after the patience has run out, unless there is a connection`() {
        var recovery = ConnectRecovery()
        let retry = recovery.fail(refused, at: start)
        #expect(retry == recovery.retryAt)
        #expect(recovery.failure(at: start, isConnected: false) == nil)
        _ = recovery.fail(refused, at: start + .milliseconds(900))
        #expect(recovery.failure(at: start + .milliseconds(999), isConnected: false) == nil)
        #expect(recovery.failure(at: start + .milliseconds(1000), isConnected: false) == refused)
        #expect(recovery.failure(at: start + .milliseconds(1000), isConnected: true) == nil)
    }

    @Test func `a refusal by the server is told at once`() {
        var recovery = ConnectRecovery()
        _ = recovery.fail(denied, at: start)
        #expect(recovery.failure(at: start, isConnected: false) == denied)
        #expect(recovery.failure(at: start, isConnected: true) == nil)
    }

    @Test func `attempts go on often, however many have failed`() {
        var recovery = ConnectRecovery()
        for attempt in 0..<1000 {
            let now = start + .seconds(attempt)
            let retry = recovery.fail(refused, at: now)
            #expect(retry >= now && retry <= now + ConnectRecovery.longestPause)
        }
    }

    @Test func `a success ends it`() {
        var recovery = ConnectRecovery()
        _ = recovery.fail(denied, at: start)
        recovery.succeed()
        #expect(recovery.failure(at: start + .seconds(10), isConnected: false) == nil)
        #expect(recovery.lastError == nil)
        #expect(recovery.retryAt <= start)
        _ = recovery.fail(refused, at: start + .seconds(60))
        #expect(recovery.failure(at: start + .seconds(60), isConnected: false) == nil)
    }
}
