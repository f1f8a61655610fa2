import Cachetory
import CachetoryLocalServer
import Foundation

// Prints what the typed layer costs: the throughput of an `AsyncCache<Data>` with a prefix beside that of its bare
// backend, with 50 tasks on a private redis-server, in turn, round after round. Every value read is checked.
//
//     swift run -c release CachetoryLayerCost
//
// Exits with 1 if a value was wrong or missing, or if the ratio of the medians is below 0.9.

let tasks = 50
let callsPerTask = 4_000
let rounds = 15
let keys = (0..<10_000).map { "key:\($0)" }
let prefix = "layer:"
let value = Data(repeating: 120, count: 100)

struct WrongValue: Error {}

/// Calls per second of all tasks together.
@concurrent func rate(_ get: @escaping @Sendable (_ key: String) async throws -> Data?) async throws -> Double {
    let start = ContinuousClock.now
    try await withThrowingDiscardingTaskGroup { group in
        for task in 0..<tasks {
            group.addTask {
                for call in 0..<callsPerTask {
                    guard try await get(keys[(task * 199 + call) % keys.count]) == value else { throw WrongValue() }
                }
            }
        }
    }
    return Double(tasks * callsPerTask) / ((ContinuousClock.now - start) / .seconds(1))
}

func median(_ figures: [Double]) -> Double { figures.sorted()[figures.count / 2] }

do {
    let server = try LocalRedisServer.start()
    let url = "unix://\(server.socketPath)"
    let backend = try AsyncRedisBackend(url: url)
    let cache = AsyncCache(
        backend: try AsyncRedisBackend(url: url), serializer: DataCacheSerializer(), prefix: prefix)
    try await cache.setMany(keys.map { ($0, value) })
    // With their prefix put on beforehand, as it is the layer's work that is measured.
    let prefixed = Dictionary(uniqueKeysWithValues: keys.map { ($0, prefix + $0) })
    var (bare, typed): ([Double], [Double]) = ([], [])
    for round in 0...rounds {
        let figures = (
            try await rate { try await backend.get(prefixed[$0] ?? $0) }, try await rate { try await cache.get($0) }
        )
        // The first round opens the connections and does not count.
        if round == 0 { continue }
        bare.append(figures.0)
        typed.append(figures.1)
    }
    await backend.close()
    await cache.close()
    server.stop()
    let ratio = median(typed) / median(bare)
    print("GET of 100 bytes, \(tasks) tasks, medians of \(rounds) interleaved rounds, calls per second:")
    print("  bare backend:           ", Int(median(bare)))
    print("  AsyncCache with a prefix:", Int(median(typed)))
    print("  ratio:                  ", (ratio * 1000).rounded() / 1000)
    exit(ratio >= 0.9 ? 0 : 1)
} catch {
    print("failed: \(error)")
    exit(1)
}
