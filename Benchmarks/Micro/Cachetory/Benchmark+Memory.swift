import Cachetory
import Foundation

extension Benchmark {
    private static let keys = (0..<1000).map { "user:session:\($0)" }
    private static let values = keys.map { Data($0.utf8) }

    /// The store in the process's own memory. Every key is there; a round goes through all of them.
    static var memory: [Benchmark] {
        [
            blocking("get") { try expect(try $0.get(keys[$1])?.count == values[$1].count) },
            blocking("get-with-deadline", timeToLive: .seconds(3600)) {
                try expect(try $0.get(keys[$1])?.count == values[$1].count)
            },
            blocking("set") { try expect(try $0.set(keys[$1], to: values[$1])) },
            blocking("set-with-deadline") {
                try expect(try $0.set(keys[$1], to: values[$1], timeToLive: .seconds(60)))
            },
            eviction,
            async("async-get") { backend in
                for index in keys.indices {
                    try expect(try await backend.get(keys[index])?.count == values[index].count)
                }
            },
            async("cache-get-with-prefix") { backend in
                let cache = AsyncCache<Data>(backend: backend, serializer: DataCacheSerializer(), prefix: "user:")
                for index in keys.indices {
                    try expect(try await cache.get(suffixes[index])?.count == values[index].count)
                }
            },
        ]
    }

    private static let suffixes = (0..<1000).map { "session:\($0)" }

    private static func blocking(
        _ name: String, timeToLive: Duration? = nil,
        _ call: @escaping (SyncMemoryBackend<Data>, _ index: Int) throws -> Void
    ) -> Benchmark {
        Benchmark(name: "memory/" + name, operations: keys.count) {
            let backend = SyncMemoryBackend<Data>(limit: .entries(keys.count))
            try backend.setMany(Array(zip(keys, values)), timeToLive: timeToLive)
            return .blocking { for index in keys.indices { try call(backend, index) } }
        }
    }

    private static func async(
        _ name: String, _ body: @escaping (AsyncMemoryBackend<Data>) async throws -> Void
    ) -> Benchmark {
        Benchmark(name: "memory/" + name, operations: keys.count) {
            let backend = AsyncMemoryBackend<Data>(limit: .entries(keys.count))
            try await backend.setMany(Array(zip(keys, values)))
            return .async { try await body(backend) }
        }
    }

    /// Each key that comes drives another one out.
    private static var eviction: Benchmark {
        Benchmark(name: "memory/set-and-evict", operations: keys.count) {
            let backend = SyncMemoryBackend<Data>(limit: .entries(keys.count / 2))
            return .blocking {
                for index in keys.indices { try expect(try backend.set(keys[index], to: values[index])) }
            }
        }
    }
}
