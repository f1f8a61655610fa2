extension Benchmark {
    /// All of them, in the order of a call's path.
    static var all: [Benchmark] {
        encoder + parser + exchange + pool + calls + memory + serializers
    }
}
