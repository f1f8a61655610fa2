/// What the program is asked to do.
struct Options {
    enum Work {
        case time
        case count(rounds: Int)
        case writeReplies(folder: String)
    }

    static let usage = """
        usage: CachetoryMicro [--filter TEXT] [--count ROUNDS | --write-replies FOLDER]

          --filter TEXT            only benchmarks whose name contains TEXT
          --count ROUNDS           run each that often between two marks: for Benchmarks/instructions.py
          --write-replies FOLDER   write the bytes that the parser's benchmarks read: for Benchmarks/reader.py
        """

    var work = Work.time
    var filter = ""

    /// Nil where the arguments are not understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--count":
                guard let rounds = rest.popFirst().flatMap({ Int($0) }) else { return nil }
                work = .count(rounds: rounds)
            case "--filter":
                guard let text = rest.popFirst() else { return nil }
                filter = text
            case "--write-replies":
                guard let folder = rest.popFirst() else { return nil }
                work = .writeReplies(folder: folder)
            default: return nil
            }
        }
    }

    var benchmarks: [Benchmark] { Benchmark.all.filter { isChosen($0.name) } }

    func isChosen(_ name: String) -> Bool { filter.isEmpty || name.contains(filter) }
}
