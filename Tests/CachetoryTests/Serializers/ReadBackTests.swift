import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

/// What a serializer writes it reads, and what it could not read it refuses to write.
@Suite(.timeLimit(.minutes(5))) struct ReadBackTests {
    /// Maps within maps.
    struct Chain: Codable, Equatable {
        /// None, or the next.
        var next: [Chain]

        init(depth: Int) {
            next = []
            for _ in 1..<depth { next = [Chain(next: next)] }
        }

        private init(next: [Chain]) { self.next = next }
    }

    /// More than Foundation takes for 600 levels in code that is not optimized.
    private static let largeStack = 64 << 20

    private static let depths = [
        1, 100, 127, 128, 129, 200, 254, 255, 256, 257, 258, 300, 509, 510, 511, 512, 513, 514, 600, 1000,
    ]

    @Test(arguments: ["json://", "msgpack://", "plist://", "json+zlib://", "plist+zstd://"])
    func `a deep value`(url: String) async throws {
        try await checkDepths(url) { Nested(depth: $0) }
        try await checkDepths(url) { Chain(depth: $0) }
    }

    private func checkDepths<Value: Codable & Equatable & Sendable>(
        _ url: String, _ make: @escaping @Sendable (_ depth: Int) -> Value
    ) async throws {
        let (written, refused) = try await onThread(stackSize: Self.largeStack) {
            let serializer = try AnyCacheSerializer<Value, Data>(url: url)
            var depths: (written: [Int], refused: [Int]) = ([], [])
            for depth in Self.depths {
                let value = make(depth)
                do {
                    let bytes = try serializer.serialize(value)
                    #expect(try serializer.deserialize(bytes) == value, "\(url), \(depth) levels")
                    depths.written.append(depth)
                } catch CacheSerializationError.encodingFailed {
                    depths.refused.append(depth)
                }
            }
            return depths
        }
        // What is too deep is so from some depth on.
        #expect(written + refused == Self.depths)
        #expect(written.contains(100) && refused.contains(600), "\(url)")
    }

    @Test func `a date that is not a number`() throws {
        for url in ["plist://", "msgpack://", "json://"] {
            let serializer = try AnyCacheSerializer<[Date], Data>(url: url)
            let error = #expect(throws: CacheSerializationError.self, "\(url)") {
                try serializer.serialize([Date(timeIntervalSinceReferenceDate: .nan)])
            }
            guard case .encodingFailed = error else {
                Issue.record("\(url): \(String(describing: error))")
                continue
            }
        }
    }

    class Base: Codable {
        var id = 1

        init() {}
    }

    /// A subclass whose part is in the same map as its superclass's, with a key of its own or with one of that one's.
    final class Part<Key: CodingKey & CaseIterable>: Base {
        override init() { super.init() }

        required init(from decoder: any Decoder) throws { try super.init(from: decoder) }

        override func encode(to encoder: any Encoder) throws {
            try super.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            for key in Key.allCases { try container.encode(2, forKey: key) }
        }
    }

    enum Other: CodingKey, CaseIterable { case other }
    enum Same: CodingKey, CaseIterable { case other, id }

    @Test func `a key that two parts of a value write to one map of MessagePack`() throws {
        let shared = MessagePackCacheSerializer<[Part<Other>]>()
        #expect(try shared.deserialize(shared.serialize([Part()])).map(\.id) == [1])
        let error = #expect(throws: CacheSerializationError.self) {
            try MessagePackCacheSerializer<[Part<Same>]>().serialize([Part()])
        }
        #expect(error?.description.contains("the key occurs twice") == true)
    }

    @Test(arguments: [0, 1, 100, 1000, 100_000]) func `compressed bytes`(count: Int) throws {
        var random = SeededGenerator(seed: 1)
        let noise = Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        for bytes in [noise, Data(count: count)] {
            for url in ["data+zlib", "data+zstd", "data+zlib+zstd", "data+zstd+zlib+zstd"] {
                for limit in [1, 99, 100, 1000, 150_000, 1_000_000] {
                    let serializer = try AnyCacheSerializer<Data, Data>(url: "\(url)://?compression-limit=\(limit)")
                    do {
                        let wire = try serializer.serialize(bytes)
                        #expect(try serializer.deserialize(wire) == bytes)
                        #expect(count <= limit)
                    } catch CacheSerializationError.tooLarge {
                        // The noise gets larger by each compressor, and all of them together are over the limit.
                        #expect(count * url.count { $0 == "+" } + 300 > limit)
                    }
                }
            }
        }
    }
}
