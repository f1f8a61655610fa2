import Cachetory
import Foundation

extension Benchmark {
    /// Values made into bytes and back, one operation each.
    static var serializers: [Benchmark] {
        pair("json", JSONCacheSerializer(), Session())
            + pair("messagepack", MessagePackCacheSerializer(), Session())
            + pair("plist", PropertyListCacheSerializer(), Session())
            + pair("string-100-bytes", StringCacheSerializer(), String(repeating: "x", count: 100))
    }

    private static func pair<S: CacheSerializer>(
        _ name: String, _ serializer: S, _ value: S.Value
    ) -> [Benchmark] where S.Value: Equatable, S.Wire == Data {
        [
            Benchmark(name: "serializers/\(name)-write", operations: 100) {
                let expected = try serializer.serialize(value).count
                return .blocking {
                    for _ in 0..<100 { try expect(try serializer.serialize(value).count == expected) }
                }
            },
            Benchmark(name: "serializers/\(name)-read", operations: 100) {
                let wire = try serializer.serialize(value)
                try expect(try serializer.deserialize(wire) == value)
                return .blocking { for _ in 0..<100 { _ = try serializer.deserialize(wire) } }
            },
        ]
    }
}
