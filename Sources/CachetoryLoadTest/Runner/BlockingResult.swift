import CachetoryLocking
import Dispatch

/// The result of async work for the main thread, which may block as no task needs it.
final class BlockingResult<Value: Sendable>: Sendable {
    private let result = Lock<Result<Value, any Error>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    /// Starts the work.
    init(of work: @escaping @Sendable () async throws -> Value) {
        Task.detached {
            let result: Result<Value, any Error>
            do {
                result = .success(try await work())
            } catch {
                result = .failure(error)
            }
            self.result.withLock { $0 = result }
            self.isDone.signal()
        }
    }

    /// Blocks until the work is done.
    func wait() throws -> Value {
        isDone.wait()
        // Lets a second `wait()` return.
        isDone.signal()
        return try result.withLock { result in
            guard let result else { preconditionFailure("done without a result") }
            return try result.get()
        }
    }
}
