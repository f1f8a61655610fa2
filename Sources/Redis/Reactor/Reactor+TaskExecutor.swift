import Locking

extension Reactor: TaskExecutor {
    /// Queues a job for the next turn. Where there is no thread, before its end or after it, jobs go to the global executor,
    /// so that no task hangs.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let poller = state.withLock { state -> (any Poller)? in
            if state.isStopped { return nil }
            do { try start(&state) } catch { return nil }
            state.jobs.append(job)
            return state.poller
        }
        guard let poller else { return globalConcurrentExecutor.enqueue(job) }
        if !isCurrent { poller.wake() }
    }

    func runJobs() {
        state.withLock { swap(&$0.jobs, &running) }
        let executor = asUnownedTaskExecutor()
        for job in running { job.runSynchronously(on: executor) }
        running.removeAll(keepingCapacity: true)
    }
}
