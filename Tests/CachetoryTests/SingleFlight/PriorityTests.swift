import Testing

@testable import Cachetory

/// The priority of a computation that callers share.
@Suite(.timeLimit(.minutes(2))) struct PriorityTests {
    private let cache = AsyncCache<String>.memory()

    /// Its computation waits until it runs at a high priority.
    private func caller(_ priority: TaskPriority) -> Task<String, any Error> {
        Task(priority: priority) {
            try await cache.getOrSet("key") {
                await eventually { Task.currentPriority >= .high }
                #expect(Task.currentPriority >= .high)
                return "value"
            }
        }
    }

    @Test func `a computation gets the priority of a caller who joins it`() async throws {
        let background = caller(.background)
        await eventually { cache.singleFlight.callers == 1 }
        let high = caller(.high)
        #expect(try await high.value == "value")
        #expect(try await background.value == "value")
    }

    @Test func `a computation gets the priority that its caller is raised to`() async throws {
        let background = caller(.background)
        await eventually { cache.singleFlight.callers == 1 }
        if #available(macOS 26, *) { background.escalatePriority(to: .high) }
        #expect(try await background.value == "value")
    }
}
