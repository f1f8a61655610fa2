import Cachetory
import Foundation

// Prints the share of hits of the memory backend, which evicts by S3-FIFO, beside that of a plain LRU cache of the same
// size, on the same traces: keys drawn from a Zipf distribution, as those of web caches nearly are.
//
//     swift run -c release CachetoryMemoryHitRatio
//
// Exits with 1 if LRU hits more often in any of them.

let keys = 100_000
let requests = 4_000_000
let names = (0..<keys).map { "key:\($0)" }

func shareOfHits(in trace: [Int], _ isHit: (Int) throws -> Bool) rethrows -> Double {
    // The first quarter fills the cache and does not count.
    let start = trace.count / 4
    var hits = 0
    for (position, key) in trace.enumerated() where try isHit(key) && position >= start { hits += 1 }
    return Double(hits) / Double(trace.count - start)
}

func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
}

print("\(requests) requests for \(keys) keys, Zipf's exponent 1.0 and others")
print("exponent  cache   S3-FIFO      LRU")
var isBehind = false
for exponent in [0.8, 1.0, 1.2] {
    var zipf = Zipf(count: keys, exponent: exponent, seed: 1)
    let trace = (0..<requests).map { _ in zipf.next() }
    for share in [0.1, 0.01] {
        let size = Int(Double(keys) * share)

        let backend = SyncMemoryBackend<Int>(limit: .entries(size))
        let fifo = try shareOfHits(in: trace) { key in
            if try backend.get(names[key]) != nil { return true }
            try backend.set(names[key], to: key)
            return false
        }

        var cache = LRUCache(capacity: size)
        let lru = shareOfHits(in: trace) { cache.access($0) }

        isBehind = isBehind || fifo < lru
        print("     \(exponent)  \(share == 0.1 ? "10 %" : " 1 %")    \(percent(fifo))   \(percent(lru))")
    }
}
exit(isBehind ? 1 : 0)
