import Cachetory
import Foundation

struct WrongValue: Error {}

private let calls = 300_000

/// Measures the calls of one caller and prints a line for each kind.
@concurrent func measureCalls(of backend: AsyncMemoryBackend<Data>, timeToLive: Duration?) async throws {
    let (keys, values) = (keys, values)
    let suffixes = (0..<keys.count).map(String.init)
    let blocking = SyncMemoryBackend(sharing: backend)
    let erased: any AsyncCacheBackend<Data> = backend

    try await report("hit, async") { index in
        guard try await backend.get(keys[index])?.count == values[index].count else { throw WrongValue() }
    }
    try await report("hit, async, through any AsyncCacheBackend") { index in
        guard try await erased.get(keys[index])?.count == values[index].count else { throw WrongValue() }
    }
    let cache = AsyncCache<Data>(backend: backend, serializer: NoOpCacheSerializer())
    try await report("hit, AsyncCache, no-op serializer") { index in
        guard try await cache.get(keys[index])?.count == values[index].count else { throw WrongValue() }
    }
    let prefixed = AsyncCache<Data>(backend: backend, serializer: NoOpCacheSerializer(), prefix: "user:session:")
    try await report("the same with a prefix") { index in
        guard try await prefixed.get(suffixes[index])?.count == values[index].count else { throw WrongValue() }
    }
    try await report("hit, blocking") { index in
        guard try blocking.get(keys[index])?.count == values[index].count else { throw WrongValue() }
    }
    try await report("set, async") { index in
        try await backend.set(keys[index], to: values[index], timeToLive: timeToLive)
    }
    for (key, value) in zip(keys, values) where try await backend.get(key) != value { throw WrongValue() }
}

/// Times a call for every key in turn.
private func report(_ name: String, _ call: (_ index: Int) async throws -> Void) async throws {
    var figures: [Double] = []
    for _ in 0..<9 {
        var index = 0
        let start = ContinuousClock.now
        for _ in 0..<calls {
            try await call(index)
            index = index + 1 < 10_000 ? index + 1 : 0
        }
        figures.append((ContinuousClock.now - start) / .nanoseconds(calls))
    }
    figures.sort()
    let (median, best) = (Int(figures[figures.count / 2]), Int(figures[0]))
    print("  \(name):".padding(toLength: 42, withPad: " ", startingAt: 0), median, best)
}
