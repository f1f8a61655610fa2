import CachetoryLocking
import CachetoryRESP
import CachetoryRedis

/// Callers who go on writing whatever happens, each a rising number to a key of its own.
struct WritersUnderFaults: Sendable {
    let pool: AnyPool
    let count: Int
    let timeout: Duration

    private let isOver = Switch()
    private let log = Log()

    init(_ pool: AnyPool, count: Int, timeout: Duration) {
        (self.pool, self.count, self.timeout) = (pool, count, timeout)
    }

    /// What they saw since it was last taken.
    struct Record: Sendable {
        var successes = 0
        var firstSuccess: ContinuousClock.Instant?
        var errors: [String: Int] = [:]
        /// How long after its deadline a call ended, at most, and how that one ended.
        var latest = Duration.zero
        var latestEnd = "none"
    }

    private final class Log: Sendable {
        let record = Lock(Record())
    }

    /// What became of one caller's writes.
    private struct Writes {
        let caller: Int
        var acknowledged = 0
        var attempted = 0
    }

    var record: Record { log.record.withLock { $0 } }

    /// Returns what they saw so far, and counts anew.
    @discardableResult
    func takeRecord() -> Record {
        log.record.withLock { record in
            defer { record = Record() }
            return record
        }
    }

    /// Runs the callers beside `faults`, and checks in the end that each key has the last value which was acknowledged,
    /// or a later one.
    func run(during faults: () async throws -> Void) async throws -> Bool {
        let callers = Task {
            await withTaskGroup { group in
                for caller in 0..<count { group.addTask { await write(caller) } }
                return await group.reduce(into: [Writes]()) { $0.append($1) }
            }
        }
        do {
            try await faults()
        } catch {
            isOver.turnOn()
            _ = await callers.value
            throw error
        }
        isOver.turnOn()
        var isRight = true
        for writes in await callers.value {
            let stored = try await pool.text(.reading("GET", key(writes.caller))).flatMap { Int($0) } ?? 0
            if stored < writes.acknowledged || stored > writes.attempted { isRight = false }
        }
        return isRight
    }

    private func key(_ caller: Int) -> RESPArgument { "writer \(caller)" }

    private func write(_ caller: Int) async -> Writes {
        var writes = Writes(caller: caller)
        while !isOver.isOn {
            writes.attempted += 1
            let start = ContinuousClock.now
            let error: String?
            do {
                let reply = try await pool.execute(["SET", key(caller), .integer(writes.attempted)])
                if reply == .simpleString("OK") { writes.acknowledged = writes.attempted }
                error = nil
            } catch let failure {
                error = kind(of: failure)
            }
            let now = ContinuousClock.now
            log.record.withLock { record in
                if now - start - timeout > record.latest {
                    (record.latest, record.latestEnd) = (now - start - timeout, error ?? "success")
                }
                if let error {
                    record.errors[error, default: 0] += 1
                } else {
                    record.successes += 1
                    record.firstSuccess = record.firstSuccess ?? now
                }
            }
            // A circuit that is open answers at once; nobody should call again as fast as he can.
            try? await Task.sleep(for: .milliseconds(error == nil ? 10 : 100))
        }
        return writes
    }

    private func kind(of error: any Error) -> String {
        guard let error = error as? RedisCallError else { return "\(type(of: error))" }
        switch error {
        case .timedOut(let outcome): return "timedOut, \(outcome)"
        case .connectionLost(_, let outcome): return "connectionLost, \(outcome)"
        case .connectFailed: return "connectFailed"
        case .poolExhausted: return "poolExhausted"
        default: return "\(error)"
        }
    }
}
