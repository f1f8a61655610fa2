import Cachetory
import Foundation

// Prints what a call of the memory backends takes: for one caller, and for eight threads at once. Every value read is
// checked.
//
//     swift run -c release MemorySpeed
//
// Exits with 1 if a value was wrong or missing.

let keys = (0..<10_000).map { "user:session:\($0)" }
let values = keys.map { Data($0.utf8) }

do {
    print("10,000 keys of 14 to 17 bytes, median and best of 9 measurements, in ns per call:")
    for timeToLive in [nil, .seconds(3600)] as [Duration?] {
        let backend = AsyncMemoryBackend<Data>(limit: .entries(keys.count))
        try await backend.setMany(Array(zip(keys, values)), timeToLive: timeToLive)
        print(timeToLive == nil ? "keys that stay for ever" : "keys with a deadline")
        try await measureCalls(of: backend, timeToLive: timeToLive)
    }
    print("8 threads on \(ProcessInfo.processInfo.activeProcessorCount) processors, in millions of calls per second:")
    try measureThreads()
} catch {
    print("failed: \(error)")
    exit(1)
}
