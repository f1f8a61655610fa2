import Synchronization

/// One caller who waits, once, for a value that another thread will have.
///
/// Whoever is first to end the wait does: the value, an error, or the cancellation of the task, which ends it at once.
/// What comes later is dropped, so a reply can never reach anybody but the caller whose waiter stands in its place.
package final class Waiter<Value: Sendable>: Sendable {
    private let phase = Atomic<WaiterPhase>(.created)

    /// What came before the wait began; written in the phase `settling`, and read after it was `early`.
    @exclusivity(unchecked) private nonisolated(unsafe) var early: EarlyResult<Value>?

    /// Written before the phase becomes `waiting`, and read once by whoever moves it on from there.
    ///
    /// Nil resumes a task that was cancelled. Unsafe, for a checked one costs a tenth of a call; the phase sees to it that
    /// it is resumed exactly once.
    @exclusivity(unchecked) private nonisolated(unsafe) var continuation: Continuation?

    /// Where its request is found, see ``Exchange/withdraw(_:)``; zero before that was added. Under the connection's lock.
    @exclusivity(unchecked) package nonisolated(unsafe) var number: UInt64 = 0

    /// See ``partialSize``.
    private let largeReplySize = Atomic<Int>(0)

    private typealias Continuation = UnsafeContinuation<Result<Value, any Error>?, Never>

    package init() {}

    /// Waits for the value. Calls `start` when the wait begins, unless the value came before. It is called with no actor's
    /// isolation, even if the caller has one.
    ///
    /// - Parameter onCancel: called when the task is cancelled, after the end of the wait if that ended it.
    /// - Throws: `CancellationError` at once if the task is or becomes cancelled.
    @inline(__always)
    package func value(
        startingWith start: () -> Void = {}, onCancel: @Sendable () -> Void = {}
    ) async throws -> Value {
        // The runtime does not tell ThreadSanitizer that the value comes after what its sender did; this load does.
        defer { _ = hasEnded }
        // Not as the result of the closure: the handler would take it through memory of its own, as it is generic.
        var result: Result<Value, any Error>?
        await withTaskCancellationHandler {
            result = await withUnsafeContinuation { continuation in
                self.continuation = continuation
                if move(from: .created, to: .waiting) {
                    start()
                } else if move(from: .settling, to: .awaited) {
                    // Whoever ends it at this moment resumes the task.
                } else if move(from: .early, to: .ended) {
                    continuation.resume(returning: early?.result)
                } else {
                    continuation.resume(returning: nil)
                }
            }
        } onCancel: {
            cancel()
            onCancel()
        }
        guard let result else { throw CancellationError() }
        return try result.get()
    }

    /// Ends the wait with a value.
    ///
    /// - Returns: false if it had ended already; the value was not used.
    @discardableResult
    package func succeed(_ value: consuming Value) -> Bool {
        if end() {
            continuation?.resume(returning: .success(value))
            return true
        }
        return endEarly(with: .success(value))
    }

    /// Ends the wait with an error.
    ///
    /// - Returns: false if it had ended already.
    @discardableResult
    package func fail(_ error: any Error) -> Bool {
        if end() {
            continuation?.resume(returning: .failure(error))
            return true
        }
        return endEarly(with: .failure(error))
    }

    /// Whether nobody waits any more.
    package var hasEnded: Bool {
        let phase = phase.load(ordering: .acquiring)
        return phase != .created && phase != .waiting
    }

    /// How many bytes of a large reply were seen to be on their way to it; zero if none were.
    package var partialSize: Int { largeReplySize.load(ordering: .relaxed) }

    /// So many bytes at least are on their way to it. By whoever reads.
    package func notePartialReply(size: Int) {
        if size > partialSize { largeReplySize.store(size, ordering: .relaxed) }
    }

    private func move(from expected: WaiterPhase, to next: WaiterPhase) -> Bool {
        phase.compareExchange(expected: expected, desired: next, ordering: .acquiringAndReleasing).exchanged
    }

    private func end() -> Bool {
        move(from: .waiting, to: .ended)
    }

    private func endEarly(with result: Result<Value, any Error>) -> Bool {
        if move(from: .created, to: .settling) {
            early = EarlyResult(result: result)
            if move(from: .settling, to: .early) { return true }
            // The wait began meanwhile.
            phase.store(.ended, ordering: .releasing)
        } else if !end() {
            // Somebody else has ended it. Otherwise the wait began since the caller looked.
            return false
        }
        continuation?.resume(returning: result)
        return true
    }

    private func cancel() {
        // Before the wait began there is nobody to resume: the caller will see it. What came before that is the caller's.
        if move(from: .created, to: .ended) { return }
        if end() { continuation?.resume(returning: nil) }
    }
}

// Outside the class: inside they would be generic, and each end of a waiter would look their metadata up.

private enum WaiterPhase: UInt8, AtomicRepresentable {
    case created, waiting
    /// A thread puts aside what came before the wait began.
    case settling
    /// The wait has begun meanwhile.
    case awaited
    case early, ended
}

private final class EarlyResult<Value: Sendable>: Sendable {
    let result: Result<Value, any Error>

    init(result: Result<Value, any Error>) {
        self.result = result
    }
}
