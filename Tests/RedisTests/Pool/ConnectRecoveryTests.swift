import RESP
import Redis
import Testing

@Suite struct ConnectRecoveryTests {
    private let refused = RedisError.connectFailed(address: "a", reason: "refused")
    private let denied = RedisError.handshakeRefused(address: "a", RESPServerError(code: "WRONGPASS", message: ""))
    private let start = Timestamp.microseconds(1_000_000)

    @Test func `before any failure there is hope, and nothing to wait for`() {
        let recovery = ConnectRecovery()
        #expect(recovery.failure(isConnected: false) == nil)
        #expect(recovery.lastError == nil)
        #expect(recovery.retryAt <= start)
    }

    @Test func `callers fail at once after the patience has run out, unless there is a connection`() {
        var recovery = ConnectRecovery()
        let retry = recovery.fail(refused, begun: start, at: start)
        #expect(retry == recovery.retryAt)
        #expect(recovery.failure(isConnected: false) == nil)
        _ = recovery.fail(refused, begun: start + .milliseconds(900), at: start + .milliseconds(999))
        #expect(recovery.failure(isConnected: false) == nil)
        _ = recovery.fail(refused, begun: start + .milliseconds(999), at: start + .milliseconds(1000))
        #expect(recovery.failure(isConnected: false) == refused)
        #expect(recovery.failure(isConnected: true) == nil)
    }

    @Test func `failures far apart do not use up the patience`() {
        var recovery = ConnectRecovery()
        for minute in 0..<10 {
            let now = start + .seconds(60 * minute)
            _ = recovery.fail(refused, begun: now, at: now)
            let error = recovery.turnAway(at: now + .seconds(30), isConnected: false, isOpening: false)
            #expect(error == nil)
        }
    }

    @Test func `a refusal by the server is told at once`() {
        var recovery = ConnectRecovery()
        _ = recovery.fail(denied, begun: start, at: start)
        #expect(recovery.failure(isConnected: false) == denied)
        #expect(recovery.failure(isConnected: true) == nil)
    }

    @Test func `attempts go on often, however many have failed`() {
        var recovery = ConnectRecovery()
        for attempt in 0..<1000 {
            let now = start + .seconds(attempt)
            let retry = recovery.fail(refused, begun: now, at: now)
            #expect(retry >= now && retry <= now + ConnectRecovery.longestPause)
        }
    }

    @Test func `a success ends it`() {
        var recovery = ConnectRecovery()
        _ = recovery.fail(denied, begun: start, at: start)
        recovery.succeed()
        #expect(recovery.failure(isConnected: false) == nil)
        #expect(recovery.lastError == nil)
        #expect(recovery.retryAt <= start)
        _ = recovery.fail(refused, begun: start + .seconds(60), at: start + .seconds(60))
        #expect(recovery.failure(isConnected: false) == nil)
    }

    @Test func `an attempt that took longer than the patience has used it up`() {
        var recovery = ConnectRecovery()
        _ = recovery.fail(refused, begun: start, at: start + .seconds(5))
        #expect(recovery.failure(isConnected: false) == refused)
    }

    @Test func `while callers come they are told at once, and attempts go on by themselves`() {
        var recovery = ConnectRecovery()
        #expect(!recovery.probes(at: start))
        var now = start + .seconds(2)
        _ = recovery.fail(refused, begun: start, at: now)
        for _ in 0..<100 {
            now = now + .seconds(9)
            #expect(recovery.probes(at: now))
            let error = recovery.turnAway(at: now, isConnected: false, isOpening: false)
            #expect(error == refused)
            _ = recovery.fail(refused, begun: now, at: now)
        }
        recovery.succeed()
        #expect(!recovery.probes(at: now))
    }

    @Test func `attempts go on by themselves however the patience ran out`() {
        var recovery = ConnectRecovery()
        for tenth in 0..<20 {
            let now = start + .milliseconds(100 * tenth)
            _ = recovery.fail(refused, begun: now, at: now)
            #expect(recovery.probes(at: now) == (tenth >= 10))
        }
    }

    @Test func `when nobody has asked for long, no attempt is made, and the next caller waits for one`() {
        var recovery = ConnectRecovery()
        _ = recovery.fail(refused, begun: start, at: start + .seconds(2))
        let later = start + .seconds(2) + ConnectRecovery.attention
        #expect(!recovery.probes(at: later))
        let error = recovery.turnAway(at: later, isConnected: false, isOpening: false)
        #expect(error == nil)
        // The breaker opens again as it did the first time.
        #expect(recovery.failure(isConnected: false) == nil)
        _ = recovery.fail(refused, begun: later, at: later + .seconds(2))
        let second = recovery.turnAway(at: later + .seconds(2), isConnected: false, isOpening: false)
        #expect(second == refused)
    }

    @Test func `after a refusal, the one who comes when it is time for another attempt waits for that`() {
        var recovery = ConnectRecovery()
        let retry = recovery.fail(denied, begun: start, at: start)
        #expect(!recovery.probes(at: start))
        let error = recovery.turnAway(at: retry, isConnected: false, isOpening: false)
        #expect(error == nil)
        let second = recovery.turnAway(at: retry, isConnected: false, isOpening: true)
        #expect(second == denied)
    }
}
