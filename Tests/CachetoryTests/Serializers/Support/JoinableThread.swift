import Dispatch
import Foundation

/// A thread of its own, for what blocks or needs a stack of a known size.
///
/// `@unchecked Sendable`: the result is written before the semaphore is signalled and read after.
final class JoinableThread<Result: Sendable>: @unchecked Sendable {
    private let isDone = DispatchSemaphore(value: 0)
    private var result: Swift.Result<Result, any Error>?

    init(stackSize: Int? = nil, _ body: @escaping @Sendable () throws -> Result) {
        let thread = Thread { [self] in
            result = Swift.Result { try body() }
            isDone.signal()
        }
        if let stackSize { thread.stackSize = stackSize }
        thread.start()
    }

    /// What the body returned or threw. Blocks until then: for short work, or from a thread that may block.
    func join() throws -> Result {
        isDone.wait()
        defer { isDone.signal() }
        guard let result else { throw CancellationError() }
        return try result.get()
    }

    /// What the body returned or threw.
    func value() async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result { try self.join() }) }.start()
        }
    }
}
