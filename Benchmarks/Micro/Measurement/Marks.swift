/// Where the counted part of a benchmark begins and ends, for a tool that watches the program's calls:
/// `Benchmarks/instructions.py` has callgrind write down what it counted, and start from zero, whenever `micro_mark` is
/// called.
enum Marks {
    static func set() { microMark() }
}

/// Changed so that the compiler keeps the calls.
private nonisolated(unsafe) var marks = 0

@c(micro_mark) @inline(never)
func microMark() { marks += 1 }
