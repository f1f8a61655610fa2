import Foundation

/// Longer than a machine that is busy with other tests holds up one of them.
///
/// So a limit in time is proved by beating this, while every other limit is far beyond it: see
/// ``RedisClientConfiguration/patient``.
let busyMachine = Duration.seconds(20)

/// How late something may be that a clock brings about. Other tests run at the same time, so it is exact only where the
/// environment asks for that, on a machine with nothing else to do: `CACHETORY_EXACT_TIMES=1`.
let tolerance: Duration =
    ProcessInfo.processInfo.environment["CACHETORY_EXACT_TIMES"] == nil ? busyMachine : .milliseconds(50)

/// Waits until something is true that nothing announces; false if it never gets so.
func eventually(within time: Duration = busyMachine, _ isTrue: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + time
    while try await !isTrue() {
        if ContinuousClock.now > deadline { return false }
        try await Task.sleep(for: .milliseconds(2))
    }
    return true
}

/// How long something takes that ends in an error or a value.
func timed<Value>(_ body: () async throws -> Value) async rethrows -> (time: Duration, value: Value) {
    let start = ContinuousClock.now
    let value = try await body()
    return (ContinuousClock.now - start, value)
}

/// Tries again until there is a value.
func eventuallyValue<Value>(_ attempt: () async throws -> Value?) async throws -> Value? {
    var value: Value?
    _ = try await eventually {
        value = try await attempt()
        return value != nil
    }
    return value
}
