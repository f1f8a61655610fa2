import CachetoryLocking

extension Reactor: TaskExecutor {
    /// Queues a job for the next turn. Where there is no thread, before its end or after it, jobs go to the global executor,
    /// so that no task hangs.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The thread itself looks for jobs before it sleeps.
        let needsWaking = !isCurrent
        var sleeper: (any Poller)?
        let isQueued = state.withLock { state in
            if state.isStopped { return false }
            do { try start(&state) } catch { return false }
            state.jobs.append(job)
            if needsWaking { sleeper = state.poller }
            return true
        }
        guard isQueued else { return globalConcurrentExecutor.enqueue(job) }
        sleeper?.wake()
    }

    func runJobs() {
        state.withLock { swap(&$0.jobs, &running) }
        let executor = asUnownedTaskExecutor()
        for job in running { job.runSynchronously(on: executor) }
        running.removeAll(keepingCapacity: true)
    }
}
