import Foundation

/// Runs blocking work on a thread of its own, where it keeps no task from running.
package func onThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Swift.Result { try work() })
        }
    }
}

/// Runs blocking work on several threads at once, and returns when all of them have ended.
package func onThreads(_ count: Int, _ work: @escaping @Sendable (_ thread: Int) throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        for thread in 0..<count { group.addTask { try await onThread { try work(thread) } } }
        try await group.waitForAll()
    }
}
