/// Finds what an operation takes, from several samples of many rounds each.
struct Stopwatch {
    private static let samples = 9

    /// Long beside the clock's own cost, and short enough that the whole table takes seconds.
    private static let sampleTime = Duration.milliseconds(20)

    private let clock = ContinuousClock()

    /// What one operation took, in nanoseconds.
    struct Figures {
        let median: Double
        let best: Double
    }

    func measure(_ benchmark: Benchmark) async throws -> Figures {
        let round = try await benchmark.prepare()
        var rounds = 1
        var time = try await self.time(round, rounds)
        while time < Self.sampleTime {
            rounds *= time < Self.sampleTime / 4 ? 4 : 2
            time = try await self.time(round, rounds)
        }
        var figures: [Double] = []
        for _ in 0..<Self.samples {
            figures.append(try await self.time(round, rounds) / .nanoseconds(rounds * benchmark.operations))
        }
        figures.sort()
        return Figures(median: figures[Self.samples / 2], best: figures[0])
    }

    private func time(_ round: Round, _ count: Int) async throws -> Duration {
        let start = clock.now
        for _ in 0..<count { try await round.run() }
        return clock.now - start
    }
}
