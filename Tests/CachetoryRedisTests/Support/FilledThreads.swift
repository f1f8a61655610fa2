import Foundation
import Testing

/// Runs something on a thread of its own while other tasks fill all threads that tasks have by default.
func fillingAllThreads(_ body: @escaping @Sendable () async throws -> Void) async throws {
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
    let task = Task(executorPreference: OwnThread()) {
        while filled.count < threads, ContinuousClock.now < limit { usleep(100) }
        try await body()
        hasEnded.turnOn()
    }
    for filler in fillers {
        let wasEnded = await filler.value
        #expect(wasEnded)
    }
    try await task.value
}

/// Runs jobs on a thread outside the pool of those that Swift's tasks have.
private final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "own thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
