import CachetoryLocking
import Dispatch

/// Runs a task, and all that it calls, on the thread that waits for it.
///
/// No other thread takes part, so that counts are the same each time; and callgrind does not get along with Dispatch's
/// threads.
final class CallerExecutor: TaskExecutor {
    private let jobs = Lock<[UnownedJob]>([])
    private let hasJob = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        hasJob.signal()
    }

    /// Runs jobs until the task is done, and returns what it returned.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) -> Result {
        let result = Lock<Result?>(nil)
        Task(executorPreference: self) {
            let value = await body()
            result.withLock { $0 = value }
        }
        while true {
            hasJob.wait()
            if let job = jobs.withLock({ $0.popLast() }) { job.runSynchronously(on: asUnownedTaskExecutor()) }
            if let value = result.withLock({ $0 }) { return value }
        }
    }
}
