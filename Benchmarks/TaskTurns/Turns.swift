import CachetoryLocking
import Foundation

/// Tasks that wait for their turn, go through their memory, and wait again.
struct Turns {
    enum Wait: String {
        case yield, continuation
    }

    /// Of one turn, in nanoseconds.
    struct Figures {
        let time: Double

        /// Of all processors together.
        let processorTime: Double
    }

    enum WrongCount: Error {
        case ofTurns, ofReplies
    }

    let wait: Wait
    /// Of its own memory, which a task goes through in each turn.
    let lines: Int
    let tasks: Int
    /// It divides ``tasks``.
    let atATime: Int
    let turnsOfTask: Int

    /// Making the tasks, their first turn and their end do not count.
    @concurrent func measure() async throws -> Figures {
        let gates = (0..<tasks / atATime).map { _ in Waiters() }
        let replies = Waiters()
        return try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                group.addTask { try await takeTurns(gates[task / atATime], replies) }
            }
            var replied = 0
            for gate in gates { replied += await reply(to: replies, untilAllCameTo: gate) }
            let (start, processorStart) = (ContinuousClock.now, processorTime())
            for gate in gates {
                gate.resumeAll()
                replied += await reply(to: replies, untilAllCameTo: gate)
            }
            let (time, processorTime) = (ContinuousClock.now - start, processorTime() - processorStart)
            for gate in gates { gate.resumeAll() }
            try await group.waitForAll()
            guard replied == (wait == .yield ? 0 : tasks * (1 + turnsOfTask)) else { throw WrongCount.ofReplies }
            let turn = Duration.nanoseconds(tasks * turnsOfTask)
            return Figures(time: time / turn, processorTime: processorTime / turn)
        }
    }

    /// All that one task does: a first turn, and those that count, between two stops at a gate.
    private func takeTurns(_ gate: Waiters, _ replies: Waiters) async throws {
        // A vector fills a cache line. It has the number of the next one, and how often it was touched itself. They are in
        // random order, so that none is fetched before the one that leads to it: objects refer to each other like that.
        var memory = [SIMD8<Int>](repeating: .zero, count: lines)
        var last = 0
        for line in (1..<lines).shuffled() {
            memory[last][0] = line
            last = line
        }
        for turn in 0...turnsOfTask {
            switch wait {
            case .yield: await Task.yield()
            case .continuation: await replies.wait()
            }
            var line = 0
            repeat {
                memory[line][1] += 1
                line = memory[line][0]
            } while line != 0
            if turn == 0 { await gate.wait() }
        }
        await gate.wait()
        guard memory.allSatisfy({ $0[1] == 1 + turnsOfTask }) else { throw WrongCount.ofTurns }
    }

    /// Takes turns with the others, as one more task, and resumes those that wait for a reply.
    private func reply(to replies: Waiters, untilAllCameTo gate: Waiters) async -> Int {
        var replied = 0
        while gate.count < atATime {
            replied += replies.resumeAll()
            await Task.yield()
        }
        return replied
    }
}

/// Tasks that wait until another one resumes all of them, the first one first.
private final class Waiters: Sendable {
    private let waiting = Lock<[UnsafeContinuation<Void, Never>]>([])

    var count: Int { waiting.withLock { $0.count } }

    func wait() async {
        await withUnsafeContinuation { continuation in waiting.withLock { $0.append(continuation) } }
    }

    /// - Returns: how many there were.
    @discardableResult
    func resumeAll() -> Int {
        var resumed: [UnsafeContinuation<Void, Never>] = []
        waiting.withLock { swap(&$0, &resumed) }
        for continuation in resumed { continuation.resume() }
        return resumed.count
    }
}

/// Of the whole process so far. By POSIX a second has a million of `clock`'s units.
private func processorTime() -> Duration { .microseconds(Int(clock())) }
