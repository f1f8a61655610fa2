import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct ConnectCircuitBreakerTests {
    private let refused = RedisCallError.connectFailed(address: "a", reason: "refused")
    private let denied = RedisCallError.handshakeRefused(address: "a", RESPServerError(code: "WRONGPASS", message: ""))
    private let start = Timestamp.microseconds(1_000_000)

    @Test func `before any failure there is hope, and nothing to wait for`() {
        let breaker = ConnectCircuitBreaker()
        #expect(breaker.failure(isConnected: false) == nil)
        #expect(breaker.lastError == nil)
        #expect(breaker.retryAt <= start)
    }

    @Test func `callers fail at once after the patience has run out, unless there is a connection`() {
        var breaker = ConnectCircuitBreaker()
        let retry = breaker.fail(refused, begun: start, at: start)
        #expect(retry == breaker.retryAt)
        #expect(breaker.failure(isConnected: false) == nil)
        _ = breaker.fail(refused, begun: start + .milliseconds(900), at: start + .milliseconds(999))
        #expect(breaker.failure(isConnected: false) == nil)
        _ = breaker.fail(refused, begun: start + .milliseconds(999), at: start + .milliseconds(1000))
        #expect(breaker.failure(isConnected: false) == refused)
        #expect(breaker.failure(isConnected: true) == nil)
    }

    @Test func `failures far apart do not use up the patience`() {
        var breaker = ConnectCircuitBreaker()
        for minute in 0..<10 {
            let now = start + .seconds(60 * minute)
            _ = breaker.fail(refused, begun: now, at: now)
            let error = breaker.reject(at: now + .seconds(30), isConnected: false, isOpening: false)
            #expect(error == nil)
        }
    }

    @Test func `a refusal by the server is told at once`() {
        var breaker = ConnectCircuitBreaker()
        _ = breaker.fail(denied, begun: start, at: start)
        #expect(breaker.failure(isConnected: false) == denied)
        #expect(breaker.failure(isConnected: true) == nil)
    }

    @Test func `attempts go on often, however many have failed`() {
        var breaker = ConnectCircuitBreaker()
        for attempt in 0..<1000 {
            let now = start + .seconds(attempt)
            let retry = breaker.fail(refused, begun: now, at: now)
            #expect(retry >= now && retry <= now + ConnectCircuitBreaker.longestPause)
        }
    }

    @Test func `a success ends it`() {
        var breaker = ConnectCircuitBreaker()
        _ = breaker.fail(denied, begun: start, at: start)
        breaker.succeed()
        #expect(breaker.failure(isConnected: false) == nil)
        #expect(breaker.lastError == nil)
        #expect(breaker.retryAt <= start)
        _ = breaker.fail(refused, begun: start + .seconds(60), at: start + .seconds(60))
        #expect(breaker.failure(isConnected: false) == nil)
    }

    @Test func `an attempt that took longer than the patience has used it up`() {
        var breaker = ConnectCircuitBreaker()
        _ = breaker.fail(refused, begun: start, at: start + .seconds(5))
        #expect(breaker.failure(isConnected: false) == refused)
    }

    @Test func `while callers come they are told at once, and attempts go on by themselves`() {
        var breaker = ConnectCircuitBreaker()
        #expect(!breaker.probes(at: start))
        var now = start + .seconds(2)
        _ = breaker.fail(refused, begun: start, at: now)
        for _ in 0..<100 {
            now = now + .seconds(9)
            #expect(breaker.probes(at: now))
            let error = breaker.reject(at: now, isConnected: false, isOpening: false)
            #expect(error == refused)
            _ = breaker.fail(refused, begun: now, at: now)
        }
        breaker.succeed()
        #expect(!breaker.probes(at: now))
    }

    @Test func `attempts go on by themselves however the patience ran out`() {
        var breaker = ConnectCircuitBreaker()
        for tenth in 0..<20 {
            let now = start + .milliseconds(100 * tenth)
            _ = breaker.fail(refused, begun: now, at: now)
            #expect(breaker.probes(at: now) == (tenth >= 10))
        }
    }

    @Test func `when nobody has asked for long, no attempt is made, and the next caller waits for one`() {
        var breaker = ConnectCircuitBreaker()
        _ = breaker.fail(refused, begun: start, at: start + .seconds(2))
        let later = start + .seconds(2) + ConnectCircuitBreaker.attention
        #expect(!breaker.probes(at: later))
        let error = breaker.reject(at: later, isConnected: false, isOpening: false)
        #expect(error == nil)
        // The breaker opens again as it did the first time.
        #expect(breaker.failure(isConnected: false) == nil)
        _ = breaker.fail(refused, begun: later, at: later + .seconds(2))
        let second = breaker.reject(at: later + .seconds(2), isConnected: false, isOpening: false)
        #expect(second == refused)
    }

    @Test func `after a refusal, the one who comes when it is time for another attempt waits for that`() {
        var breaker = ConnectCircuitBreaker()
        let retry = breaker.fail(denied, begun: start, at: start)
        #expect(!breaker.probes(at: start))
        let error = breaker.reject(at: retry, isConnected: false, isOpening: false)
        #expect(error == nil)
        let second = breaker.reject(at: retry, isConnected: false, isOpening: true)
        #expect(second == denied)
    }
}
