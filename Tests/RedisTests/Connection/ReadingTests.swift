import Foundation
import LocalServer
import RESP
import Redis
import Testing

/// Who reads the replies, with a server that answers fast enough for a task to do it.
@Suite(.timeLimit(.minutes(2))) struct ReadingTests {
    /// Runs jobs on a thread outside the pool of those that Swift's tasks have.
    private final class OwnThread: TaskExecutor {
        private let queue = DispatchQueue(label: "own thread")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }

    @Test func `callers elsewhere get their replies while other tasks fill all threads of the pool`() async throws {
        let server = try await SharedServer.value
        var configuration = server.configuration.patient
        configuration.pool.maxConnections = 1
        let pool = try ConnectionPool(configuration)
        // Connected, and known to answer fast.
        for _ in 0..<100 { _ = try await pool.execute(["PING"]) }

        let filled = Counter()
        let hasEnded = Switch()
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let limit = ContinuousClock.now + busyMachine
        let fillers = (0..<threads).map { _ in
            Task.detached {
                filled.add()
                while !hasEnded.isOn, ContinuousClock.now < limit {}
                return hasEnded.isOn
            }
        }
        let caller = Task(executorPreference: OwnThread()) {
            while filled.count < threads, ContinuousClock.now < limit { usleep(100) }
            // So many at once that the reactor lends the reading.
            try await withThrowingDiscardingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        for _ in 0..<50 {
                            let reply = try await pool.execute(["ECHO", .integer(number)])
                            #expect(reply == .bulkString(Data("\(number)".utf8)))
                        }
                    }
                }
            }
            hasEnded.turnOn()
        }
        for filler in fillers {
            let wasEnded = await filler.value
            #expect(wasEnded)
        }
        try await caller.value
        await pool.close()
    }
}
