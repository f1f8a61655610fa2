import CachetoryLocking
import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// Writes that come while a value is computed, in a thousand orders.
@Suite(.timeLimit(.minutes(2))) struct OvertakenRefreshTests {
    /// What the value that is computed is computed for.
    enum Reason: CaseIterable {
        case missing, stale, staleInBackground, early

        var freshness: Freshness {
            switch self {
            case .missing, .stale: Freshness(grace: .seconds(600), retryPause: .zero)
            case .staleInBackground: Freshness(grace: .seconds(600), wait: .zero, retryPause: .zero)
            case .early: Freshness(grace: .seconds(600), early: .remaining(fraction: 0.9), retryPause: .zero)
            }
        }
    }

    /// When the writes come.
    enum Moment: CaseIterable { case whileComputing, beforeAndWhile, twice }

    private static let orders: [(FreshCache.Kind, Reason, Moment, OverwritingCall)] = {
        var random = SeededGenerator(seed: 20)
        var orders: [(FreshCache.Kind, Reason, Moment, OverwritingCall)] = []
        for kind in FreshCache.Kind.allCases {
            for _ in 0..<500 {
                orders.append(
                    (
                        kind, Reason.allCases.randomElement(using: &random) ?? .stale,
                        Moment.allCases.randomElement(using: &random) ?? .twice,
                        OverwritingCall.allCases.randomElement(using: &random) ?? .delete
                    ))
            }
        }
        return orders
    }()

    @Test func `callers get what was computed, and it is never stored`() async throws {
        var random = SeededGenerator(seed: 21)
        for (index, (kind, reason, moment, write)) in Self.orders.enumerated() {
            let label: Comment = "\(index) \(kind) \(reason) \(moment) \(write)"
            let keeping = Freshness.Keeping.allKinds.randomElement(using: &random) ?? .server
            var freshness = reason.freshness
            freshness.keeping = keeping
            let backend = SwitchedBackend()
            let cache = FreshCache(kind, backend, freshness)
            if reason != .missing {
                try await cache.set("key", to: "old")
                backend.clock.advance(by: reason == .early ? .seconds(5) : .seconds(11))
            }
            if moment == .beforeAndWhile { try await cache.markStale("another") }
            let work = Work("computed", isHeld: true)
            let caller = Task { try await cache.getOrSet("key", work) }
            await eventually { work.count == 1 }
            try await cache.write(write, "key")
            if moment == .twice { try await cache.write(write, "key") }
            work.release()
            let value = try await caller.value
            await eventually { cache.isIdle }
            // A blocking caller computes, whatever it has.
            let isServed = kind == .async && (reason == .staleInBackground || reason == .early)
            #expect(value == (isServed ? "old" : "computed"), label)
            #expect(!backend.calls.contains { $0.hasPrefix("set") && $0.hasSuffix("computed") }, label)
            // Not as a copy either.
            for _ in 0..<2 {
                let now = try? await cache.getOrSet("key", Work())
                #expect(now != "computed", label)
                backend.clock.advance(by: .seconds(11))
            }
        }
    }
}

extension Freshness.Keeping {
    fileprivate static let allKinds: [Freshness.Keeping] = [.memory(), .server]
}
