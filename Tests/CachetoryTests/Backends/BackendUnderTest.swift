import Cachetory
import Foundation
import Testing

/// A kind of backend that the conformance suite runs over.
///
/// To add one, say how to make it and append it to ``all``.
struct BackendUnderTest: Sendable, CustomTestStringConvertible {
    let testDescription: String

    /// Whether batches are atomic whatever keys they have. On a cluster those are whose keys are all of one slot.
    let isAtomicAcrossSlots: Bool

    /// Makes a fresh and empty backend that no other test can reach.
    let make: @Sendable () async throws -> Instance

    init(
        _ name: String, isAtomicAcrossSlots: Bool = true, make: @escaping @Sendable () async throws -> Instance
    ) {
        testDescription = name
        self.isAtomicAcrossSlots = isAtomicAcrossSlots
        self.make = make
    }

    /// Runs one test on a backend of its own and puts everything away after it.
    func run(_ test: (Instance) async throws -> Void) async throws {
        let instance = try await make()
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(instance))
        } catch {
            result = .failure(error)
        }
        await instance.backend.close()
        await instance.tearDown()
        try result.get()
    }
}

extension BackendUnderTest {
    /// One backend and what a test must be able to do to it from outside.
    struct Instance: Sendable {
        /// A blocking backend is seen through ``BlockingAdapter``.
        let backend: any AsyncCacheBackend<Data>

        /// What is left to a key, nil if there is no such key.
        let remaining: @Sendable (String) async throws -> TimeToLive?

        /// The date that deadlines are compared with.
        let now: @Sendable () -> Date

        /// Moves an injected clock; does nothing where time passes by itself.
        let advance: @Sendable (Duration) async throws -> Void

        /// Whether an error says that the backend was closed before the call.
        let isClosed: @Sendable (any Error) -> Bool

        /// Stops what was started for this backend, after it was closed.
        let tearDown: @Sendable () async -> Void

        init(
            _ backend: any AsyncCacheBackend<Data>,
            remaining: @escaping @Sendable (String) async throws -> TimeToLive?,
            now: @escaping @Sendable () -> Date = { Date() },
            advance: @escaping @Sendable (Duration) async throws -> Void = { _ in },
            isClosed: @escaping @Sendable (any Error) -> Bool = { $0 as? CacheBackendError == .closed },
            tearDown: @escaping @Sendable () async -> Void = {}
        ) {
            self.backend = backend
            self.remaining = remaining
            self.now = now
            self.advance = advance
            self.isClosed = isClosed
            self.tearDown = tearDown
        }

        /// Whether a key goes by itself once a time has passed.
        func expires(_ key: String, after duration: Duration) async throws -> Bool {
            try await advance(duration)
            let patience = ContinuousClock.now + duration + .seconds(20)
            while try await backend.get(key) != nil {
                guard ContinuousClock.now < patience else { return false }
                try await Task.sleep(for: .milliseconds(1))
            }
            return true
        }

        /// Whether about that much is left to a key: not more, and not less than a slow machine may have spent.
        func isLeft(_ milliseconds: Int64, to key: String) async throws -> Bool {
            guard case .milliseconds(let left) = try await remaining(key) else { return false }
            return left > milliseconds / 2 && left <= milliseconds
        }
    }
}
