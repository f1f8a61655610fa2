import Foundation

extension Options {
    /// Does the work and prints what it found.
    func perform() async throws {
        switch work {
        case .time:
            print(TimeTable.header)
            for benchmark in benchmarks {
                print(TimeTable.row(benchmark, try await Stopwatch().measure(benchmark)))
            }
        case .count(let rounds):
            for benchmark in benchmarks {
                print(benchmark.name, try await Counting(rounds: rounds).run(benchmark), separator: "\t")
            }
        case .writeReplies(let folder):
            for stream in ReplyStream.all where isChosen(stream.name) {
                try stream.write(to: URL(filePath: folder))
                print(stream.name, stream.replies, separator: "\t")
            }
        }
    }
}
