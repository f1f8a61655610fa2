import Foundation

// Prints what the parts of the library take, each on its own: nanoseconds per operation, and gigabytes per second where
// it is about bytes. Results are checked.
//
//     swift run -c release CachetoryMicro [--filter parser]
//
// Times depend on the machine. `Benchmarks/instructions.py` counts instructions and allocations, which do not.

guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
    print(Options.usage)
    exit(2)
}
// One job at a time, so its order does not matter.
let failure = CallerExecutor().run {
    do {
        try await options.perform()
        return nil as String?
    } catch {
        return "\(error)"
    }
}
if let failure {
    print("failed: \(failure)")
    exit(1)
}
