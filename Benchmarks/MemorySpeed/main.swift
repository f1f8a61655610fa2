import Cachetory
import Foundation

// Prints what a call of the memory backends takes: for one caller, and for eight threads at once. Every value read is
// checked.
//
//     swift run -c release CachetoryMemorySpeed
//     swift run -c release CachetoryMemorySpeed --wait 1000000    # how long a get waits at most while so many entries
//     are evicted
//
// Exits with 1 if a value was wrong or missing.

let keys = (0..<10_000).map { "user:session:\($0)" }
let values = keys.map { Data($0.utf8) }

do {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--wait", let entries = arguments.dropFirst().first.flatMap({ Int($0) }), entries > 1 {
        print("the longest wait of a get beside one call that does much:")
        try measureLongestWait(entries: entries)
        exit(0)
    }
    guard arguments.isEmpty else {
        print("CachetoryMemorySpeed takes nothing, or --wait and a number of entries")
        exit(64)
    }
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
