import Foundation

/// Runs blocking work on a thread of its own, where it keeps no task from running.
///
/// - Parameter stackSize: the thread's, in bytes; nil for what the system gives.
package func onThread<Result: Sendable>(
    stackSize: Int? = nil, _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            continuation.resume(with: Swift.Result { try work() })
        }
        if let stackSize { thread.stackSize = stackSize }
        thread.start()
    }
}

/// Runs blocking work on several threads at once, and returns when all of them have ended.
package func onThreads(_ count: Int, _ work: @escaping @Sendable (_ thread: Int) throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        for thread in 0..<count { group.addTask { try await onThread { try work(thread) } } }
        try await group.waitForAll()
    }
}
