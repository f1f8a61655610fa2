import CachetoryLocalServer
import CachetoryLocking
import CachetoryTestSupport
import Foundation

/// How often the nodes of a real cluster were asked for its map, as they count it. Servers before Redis 7 count no
/// subcommands.
struct MapQuestions: Sendable {
    private struct Sample {
        let begun: ContinuousClock.Instant
        let ended: ContinuousClock.Instant
        /// Of all nodes, since the beginning.
        let total: Int
    }

    private var samples: [Sample] = []

    /// Between two looks.
    private static let pause = Duration.milliseconds(20)

    /// Counts while something happens.
    static func count(
        at cluster: LocalCluster, during body: () async throws -> Void
    ) async throws -> MapQuestions {
        let isOver = Switch()
        let counting = Task { try await onThread { MapQuestions(at: cluster, until: isOver) } }
        do {
            try await body()
        } catch {
            isOver.turnOn()
            _ = try await counting.value
            throw error
        }
        isOver.turnOn()
        return try await counting.value
    }

    private init(at cluster: LocalCluster, until isOver: Switch) {
        // A node that was started again begins with zero, and what one is asked that was killed nobody counts.
        var (seen, total): ([String: Int], Int) = ([:], 0)
        var isFirst = true
        while !isOver.isOn || isFirst {
            let begun = ContinuousClock.now
            for node in cluster.servingNodes {
                guard let count = try? node.calls(of: "cluster|slots") else { continue }
                let before = seen[node.id] ?? (isFirst ? count : 0)
                total += count >= before ? count - before : count
                seen[node.id] = count
            }
            samples.append(Sample(begun: begun, ended: .now, total: total))
            isFirst = false
            Thread.sleep(forTimeInterval: Self.pause / .seconds(1))
        }
    }

    var total: Int { samples.last?.total ?? 0 }

    /// How many came in a second after a moment, on average over all of the time since then.
    func rate(after start: ContinuousClock.Instant) -> Double {
        guard let first = samples.first(where: { $0.begun >= start }), let last = samples.last else { return 0 }
        return Double(last.total - first.total) / max(1, (last.ended - first.begun) / .seconds(1))
    }

    /// The most that came within a time, of those that came after a moment: rather one too few than one that was earlier
    /// or later.
    func most(within time: Duration, after start: ContinuousClock.Instant? = nil) -> Int {
        let samples = samples.filter { sample in start.map { sample.begun >= $0 } ?? true }
        var (most, first) = (0, 0)
        for last in samples.indices {
            while samples[last].ended - samples[first].begun > time, first < last { first += 1 }
            most = max(most, samples[last].total - samples[first].total)
        }
        return most
    }
}
