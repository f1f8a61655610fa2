import CachetoryLocking
import CachetoryRESP
import CachetoryRedis

/// Callers of a cluster who go on whatever happens, in groups. Each writes rising numbers to a key of its own. With each
/// write it is told what the key had before, so that one which was lost, done twice, or done though its error denied that is
/// noticed; and it reads the key in between.
struct ClusterWriters: Sendable {
    typealias Moment = ContinuousClock.Instant

    /// What a group saw since that was last taken.
    struct Record: Sendable {
        var writes = 0
        var reads = 0
        var errors: [String: Int] = [:]
        var failedReads = 0

        /// When each caller's first write succeeded that had begun since.
        var served: [Int: Moment] = [:]

        /// When writes began whose outcome is unknown.
        var uncertain: [Moment] = []

        /// How long calls took, and by how much the latest one missed its deadline.
        var times: [Duration] = []
        var latest = Duration.zero

        fileprivate var since = Moment.now

        /// The time that all calls but one in a hundred took at most.
        var slowestHundredth: Duration {
            times.isEmpty ? .zero : times.sorted()[times.count * 99 / 100]
        }

        var longest: Duration { times.max() ?? .zero }
    }

    private final class Log: Sendable {
        struct State {
            var records: [Record]
            /// Calls that have begun and not ended, by groups.
            var inFlight: [Int]
            var lost: [Moment] = []
            var wrong: [String] = []
        }

        let state: Lock<State>

        init(groups: Int) {
            state = Lock(
                State(
                    records: Array(repeating: Record(), count: groups), inFlight: Array(repeating: 0, count: groups)))
        }
    }

    private struct Caller {
        let number: Int
        let group: Int
        let key: String
        var history = KeyHistory()
    }

    /// Of each caller, between a write with the read behind it and the next.
    private static let pause = Duration.milliseconds(20)

    private let client: AnyClient
    private let keys: [[String]]
    private let timeout: Duration
    private let isOver = Switch()
    private let log: Log

    /// - Parameter keys: one for each caller, by groups.
    init(_ client: AnyClient, keys: [[String]], timeout: Duration) {
        (self.client, self.keys, self.timeout) = (client, keys, timeout)
        log = Log(groups: keys.count)
    }

    // MARK: What they saw

    func record(ofGroup group: Int) -> Record { log.state.withLock { $0.records[group] } }

    /// Returns what a group saw so far, and begins anew.
    @discardableResult
    func takeRecord(ofGroup group: Int) -> Record {
        log.state.withLock { state in
            defer { state.records[group] = Record() }
            return state.records[group]
        }
    }

    func takeRecords() -> [Record] { keys.indices.map(takeRecord) }

    /// Whether each caller of a group has written something that it has begun since the record was last taken.
    func isServed(group: Int) -> Bool { record(ofGroup: group).served.count == keys[group].count }

    /// When the last caller of a group was served for the first time since then.
    func lastServed(ofGroup group: Int) -> Moment? { record(ofGroup: group).served.values.max() }

    /// Whether each caller of a group waits for a reply.
    func areInFlight(group: Int) -> Bool { log.state.withLock { $0.inFlight[group] } == keys[group].count }

    /// When writes were acknowledged that are gone.
    var lost: [Moment] { log.state.withLock { $0.lost } }

    /// What was found where it cannot be.
    var wrong: [String] { log.state.withLock { $0.wrong } }

    // MARK: What they do

    /// Runs the callers beside `faults`, from when all have written once, and reads all keys at the end.
    func run(during faults: () async throws -> Void) async throws {
        let callers = Task {
            await withTaskGroup { group in
                var number = 0
                for (index, keys) in keys.enumerated() {
                    for key in keys {
                        let caller = Caller(number: number, group: index, key: key)
                        group.addTask { await goOn(caller) }
                        number += 1
                    }
                }
                return await group.reduce(into: [Caller]()) { $0.append($1) }
            }
        }
        do {
            guard try await eventually({ keys.indices.allSatisfy(isServed) }) else { throw NotServed() }
            _ = takeRecords()
            try await faults()
        } catch {
            isOver.turnOn()
            _ = await callers.value
            throw error
        }
        isOver.turnOn()
        for var caller in await callers.value {
            let isRead = try await eventually { await read(&caller) }
            if !isRead { throw NotServed() }
        }
    }

    private struct NotServed: Error {}

    private func goOn(_ caller: Caller) async -> Caller {
        var caller = caller
        while !isOver.isOn {
            await write(&caller)
            await read(&caller)
            // A circuit that is open answers at once; nobody should call again as fast as he can.
            try? await Task.sleep(for: Self.pause)
        }
        return caller
    }

    private func write(_ caller: inout Caller) async {
        let number = caller.history.begin()
        let start = begin(caller)
        do {
            let reply = try await client.execute(["SET", .string(caller.key), .integer(number), "GET"])
            let end = Moment.now
            judge(caller.history.check(Self.number(in: reply)), caller)
            caller.history.acknowledge(number, at: end)
            note(caller, start, end) { record in
                record.writes += 1
                if start >= record.since, record.served[caller.number] == nil { record.served[caller.number] = end }
            }
        } catch {
            let outcome = (error as? RedisCallError)?.outcome ?? .unknown
            caller.history.fail(number, outcome)
            note(caller, start, .now) { record in
                record.errors[Self.kind(of: error), default: 0] += 1
                if outcome == .unknown { record.uncertain.append(start) }
            }
        }
    }

    /// - Returns: whether it was answered.
    @discardableResult
    private func read(_ caller: inout Caller) async -> Bool {
        let start = begin(caller)
        do {
            let reply = try await client.execute(.reading("GET", .string(caller.key)))
            judge(caller.history.check(Self.number(in: reply)), caller)
            note(caller, start, .now) { $0.reads += 1 }
            return true
        } catch {
            note(caller, start, .now) { record in
                record.errors[Self.kind(of: error), default: 0] += 1
                record.failedReads += 1
            }
            return false
        }
    }

    private func begin(_ caller: Caller) -> Moment {
        log.state.withLock { $0.inFlight[caller.group] += 1 }
        return .now
    }

    private static func number(in reply: RESPReply) -> Int? {
        reply == .null ? nil : reply.text.flatMap { Int($0) } ?? -1
    }

    private func judge(_ verdict: KeyHistory.Verdict, _ caller: Caller) {
        switch verdict {
        case .right: break
        case .lost(let moments): log.state.withLock { $0.lost += moments }
        case .wrong(let text): log.state.withLock { $0.wrong.append("\(caller.key): \(text)") }
        }
    }

    private func note(_ caller: Caller, _ start: Moment, _ end: Moment, _ change: (inout Record) -> Void) {
        log.state.withLock { state in
            state.inFlight[caller.group] -= 1
            change(&state.records[caller.group])
            state.records[caller.group].times.append(end - start)
            let late = end - start - timeout
            state.records[caller.group].latest = max(late, state.records[caller.group].latest)
        }
    }

    /// What kind of error it is, without the names of nodes and keys.
    private static func kind(of error: any Error) -> String {
        guard let error = error as? RedisCallError else { return "\(type(of: error))" }
        if case .cluster(let failure) = error, case .nodesFailed = failure.reason, let first = failure.failures.first {
            return kind(of: first.reason)
        }
        let name =
            switch error {
            case .timedOut: "timedOut"
            case .connectionLost: "connectionLost"
            case .connectFailed: "connectFailed"
            case .poolExhausted: "poolExhausted"
            case .server(let error): error.code
            case .cluster(let failure): "\(failure.reason)"
            default: "\(error)"
            }
        return "\(name), \(error.outcome)"
    }
}
