import Foundation

/// How late something may be on a machine that is busy with other tests; nothing on one that has nothing else to do, as the
/// environment says with `CACHETORY_EXACT_TIMES=1`.
let busyMachine: Duration =
    ProcessInfo.processInfo.environment["CACHETORY_EXACT_TIMES"] == nil ? .seconds(20) : .zero

/// How long something takes.
func timed<Result>(_ body: () async throws -> Result) async rethrows -> (time: Duration, value: Result) {
    let start = ContinuousClock.now
    let value = try await body()
    return (start.duration(to: .now), value)
}
