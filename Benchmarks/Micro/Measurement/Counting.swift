/// Runs a benchmark a fixed number of times between two marks, for a tool that counts instructions.
struct Counting {
    /// Until buffers have their size and what is made once is made.
    private static let warmupRounds = 3

    let rounds: Int

    /// - Returns: how many operations there were between the marks.
    func run(_ benchmark: Benchmark) async throws -> Int {
        let round = try await benchmark.prepare()
        for _ in 0..<Self.warmupRounds { try await round.run() }
        Marks.set()
        for _ in 0..<rounds { try await round.run() }
        Marks.set()
        return rounds * benchmark.operations
    }
}
