import CachetoryLocking
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation

/// Callers who go on whatever happens, and look closely at each reply.
struct VerifiedCalls: Sendable {
    let pool: AnyPool
    let callers: Int

    /// Within which each call has to end.
    let timeout: Duration

    /// Whether bytes may be falsified on their way with nothing to tell it by: on a plain line.
    let mayBeDamaged: Bool

    private let prefix = "random-proxy-\(UInt64.random(in: 0...(.max)))-"
    private let log: Log
    private let isOver = Switch()

    init(_ pool: AnyPool, callers: Int, timeout: Duration, mayBeDamaged: Bool) {
        (self.pool, self.callers, self.timeout, self.mayBeDamaged) = (pool, callers, timeout, mayBeDamaged)
        log = Log(callers: callers)
    }

    /// What they saw.
    struct Record: Sendable {
        var right = 0
        var errors: [String: Int] = [:]
        /// Replies that were falsified on their way: no value of anybody's.
        var damaged = 0
        /// Another caller's values, and values that cannot be: descriptions of the first few.
        var wrong: [String] = []
        /// How long after its deadline a call ended, at most, and how that one ended.
        var latest = Duration.seconds(-1000)
        var latestEnd = "none"
    }

    private final class Log: Sendable {
        let record = Lock(Record())
        /// One for each caller's key.
        let ledgers: Lock<[WriteLedger]>

        init(callers: Int) {
            ledgers = Lock(Array(repeating: WriteLedger(), count: callers))
        }
    }

    var record: Record { log.record.withLock { $0 } }

    /// Runs them for some time.
    ///
    /// - Parameter calm: ends all faults, so that the keys can be looked at once more.
    func run(for time: Duration, seed: UInt64, calm: () -> Void) async throws {
        await withTaskGroup { group in
            for caller in 0..<callers { group.addTask { await call(caller, seed: seed) } }
            group.addTask {
                try? await Task.sleep(for: time)
                isOver.turnOn()
            }
            await group.waitForAll()
        }
        calm()
        for caller in 0..<callers {
            let start = log.ledgers.withLock { $0[caller].acknowledged }
            let reply = try await eventuallyValue { try? await pool.execute(.reading("GET", .string(key(caller)))) }
            judge(reply ?? .boolean(false), as: .value(of: caller, start))
        }
    }

    private func key(_ caller: Int) -> String { "\(prefix)\(caller)" }

    private func call(_ caller: Int, seed: UInt64) async {
        var generator = SeededGenerator(seed: seed &+ UInt64(caller))
        var number = 0
        while !isOver.isOn {
            number += 1
            let start = ContinuousClock.now
            var end = "success"
            var deadlines = 1
            do {
                try await callOnce(caller, number, &generator, &deadlines)
            } catch {
                end = kind(of: error)
                if case RedisCallError.server(let refusal) = error { note(damaged: "\(refusal)") }
                log.record.withLock { $0.errors[end, default: 0] += 1 }
            }
            let late = ContinuousClock.now - start - timeout * deadlines
            log.record.withLock { record in
                if late > record.latest { (record.latest, record.latestEnd) = (late, end) }
            }
            // A circuit that is open answers at once; nobody should call again as fast as he can.
            if end != "success" { try? await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// - Parameter deadlines: how many deadlines one after the other it has.
    private func callOnce(
        _ caller: Int, _ number: Int, _ generator: inout SeededGenerator, _ deadlines: inout Int
    ) async throws {
        let filling =
            Int.random(in: 0..<20, using: &generator) == 0 ? 40_000 : Int.random(in: 0...400, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...1: try await write(caller, filling)
        case 2: try await writeAndRead(caller, filling)
        case 3...4:
            let other = Int.random(in: 0..<callers, using: &generator)
            let start = log.ledgers.withLock { $0[other].acknowledged }
            let reply = try await pool.execute(.reading("GET", .string(key(other))))
            judge(reply, as: .value(of: other, start))
        case 5...6:
            let words = (0..<3).map { MarkedText(name: "\(prefix)call\(caller).\($0)", number: number, filling: 20) }
            let commands: [RESPCommand] = words.map { ["ECHO", .string($0.text)] }
            let isExclusive = Bool.random(using: &generator)
            // That of the lease, and one for each command.
            if isExclusive { deadlines += commands.count }
            let replies =
                isExclusive ? try await pool.exclusively(commands, nil) : try await pool.pipeline(commands)
            if replies.count != words.count { note(wrong: "\(replies.count) replies to \(words.count) commands") }
            for (word, reply) in zip(words, replies) { judge(reply, as: .echo(word)) }
        default:
            let word = MarkedText(name: "\(prefix)call\(caller)", number: number, filling: filling)
            judge(try await pool.execute(.reading("ECHO", .string(word.text))), as: .echo(word))
        }
    }

    private func write(_ caller: Int, _ filling: Int) async throws {
        try await writeVersion(caller) { version in
            let value = MarkedText(name: key(caller), number: version, filling: filling)
            let reply = try await pool.execute(["SET", .string(key(caller)), .string(value.text)])
            judge(reply, as: .acknowledgement)
            return reply == Self.ok
        }
    }

    /// In a transaction, so that nothing comes between.
    private func writeAndRead(_ caller: Int, _ filling: Int) async throws {
        try await writeVersion(caller) { version in
            let value = MarkedText(name: key(caller), number: version, filling: filling)
            let replies = try await pool.transaction([
                ["SET", .string(key(caller)), .string(value.text)], ["GET", .string(key(caller))],
            ])
            guard replies.count == 2 else {
                note(damaged: "\(replies.count) replies in a transaction of 2")
                return false
            }
            judge(replies[0], as: .acknowledgement)
            judge(replies[1], as: .value(of: caller, version))
            return replies[0] == Self.ok
        }
    }

    private static let ok = RESPReply.simpleString("OK")

    /// - Parameter body: Returns whether the write was acknowledged.
    private func writeVersion(_ caller: Int, _ body: (Int) async throws -> Bool) async throws {
        let version = log.ledgers.withLock { $0[caller].begin() }
        var outcome = WriteLedger.Outcome.unknown
        defer { log.ledgers.withLock { $0[caller].end(version, outcome) } }
        do {
            if try await body(version) { outcome = .acknowledged }
        } catch let error as RedisCallError {
            if error.saysNothingWasSent { outcome = .notExecuted }
            throw error
        }
    }
}

// MARK: - Whether a reply is right

extension VerifiedCalls {
    /// What a call waits for.
    private enum Expected {
        case acknowledgement
        case echo(MarkedText)
        /// A caller's key, with what was acknowledged when the read began.
        case value(of: Int, Int)
    }

    private func judge(_ reply: RESPReply, as expected: Expected) {
        switch (expected, reply) {
        case (.acknowledgement, Self.ok): return noteRight()
        // No command of theirs has one in it: the line put another one in the place of it, or the server was told so.
        case (_, .error(let error)): return note(damaged: "\(error)")
        case (.value(let caller, let start), .null):
            let mayBeEmpty = log.ledgers.withLock { $0[caller].mayHold(0, sinceAcknowledged: start) }
            return mayBeEmpty ? noteRight() : note(wrong: "nothing in \(key(caller)), \(start) was acknowledged")
        default: break
        }
        guard let text = reply.text, let marked = MarkedText(text) else {
            return note(damaged: "\(expected): \(reply)")
        }
        switch expected {
        case .echo(let word) where marked == word: noteRight()
        case .value(let caller, let start)
        where marked.name == key(caller)
            && log.ledgers.withLock({ $0[caller].mayHold(marked.number, sinceAcknowledged: start) }):
            noteRight()
        default: note(wrong: "\(expected): \(marked)")
        }
    }

    private func noteRight() {
        log.record.withLock { $0.right += 1 }
    }

    private func note(damaged what: String) {
        guard mayBeDamaged else { return note(wrong: "falsified: \(what)") }
        log.record.withLock { $0.damaged += 1 }
    }

    private func note(wrong what: String) {
        log.record.withLock { record in
            if record.wrong.count < 10 { record.wrong.append(String(what.prefix(400))) }
        }
    }

    private func kind(of error: any Error) -> String {
        guard let error = error as? RedisCallError else { return "\(type(of: error))" }
        let name = Mirror(reflecting: error).children.first?.label ?? "\(error)"
        return error.statedOutcome.map { "\(name), \($0 == .unknown ? "unknown" : "not executed")" } ?? name
    }
}

extension RedisCallError {
    fileprivate var saysNothingWasSent: Bool {
        switch self {
        case .connectFailed, .tlsFailed, .handshakeRefused, .poolExhausted: true
        default: statedOutcome == .notExecuted
        }
    }
}
