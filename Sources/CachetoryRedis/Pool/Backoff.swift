/// How long to wait before the next attempt: exponential with full jitter, so that many clients of a server that comes
/// back do not come at once. See M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
package struct Backoff: Sendable {
    package let base: Duration
    package let limit: Duration

    /// Attempts that failed in a row.
    package private(set) var failures = 0

    package init(base: Duration, limit: Duration) {
        self.base = base
        self.limit = limit
    }

    /// The longest wait after the next failure: `base` doubled with each, up to `limit`.
    package var ceiling: Duration {
        // 2^20 times any base that makes sense is past any limit that does.
        min(limit, base * (1 << min(failures, 20)))
    }

    /// Counts a failure and says how long to wait: anything up to ``ceiling``.
    package mutating func fail(using generator: inout some RandomNumberGenerator) -> Duration {
        let ceiling = self.ceiling
        failures += 1
        return .nanoseconds(Int64.random(in: 0...max(0, ceiling.nanoseconds), using: &generator))
    }

    package mutating func succeed() {
        failures = 0
    }
}
