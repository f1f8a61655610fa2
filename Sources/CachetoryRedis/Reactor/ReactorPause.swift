/// A pause of a task, on the reactor's clock.
private final class ReactorPause: ReactorHandler {
    let waiter = Waiter<Void>()

    func becameReady(for readiness: Readiness) {}

    func timerFired(at now: Timestamp) {
        waiter.succeed(())
    }

    func reactorEnded() {
        waiter.succeed(())
    }
}

extension Reactor {
    /// Suspends the task for some time. `Task.sleep` needs one of the threads that run tasks by default to end, and they may
    /// all be busy while the caller's own executor is not.
    ///
    /// - Throws: `CancellationError` at once if the task is cancelled.
    func pause(for duration: Duration) async throws {
        let (pause, token) = (ReactorPause(), newToken())
        do {
            try register(pause, token: token)
        } catch {
            // It has no thread, or has been stopped.
            return try await Task.sleep(for: duration)
        }
        defer { remove(token: token, descriptor: nil) }
        schedule(token: token, at: .now + duration)
        try await pause.waiter.value()
    }
}
