import Cachetory
import Foundation
import Testing

@Suite struct ChainedSerializerTests {
    /// A serializer of the user's own.
    private struct Reversing: CacheSerializer {
        func serialize(_ value: Data) -> Data { Data(value.reversed()) }
        func deserialize(_ wire: Data) -> Data { Data(wire.reversed()) }
    }

    @Test func `the first serializer comes first on the way in and last on the way out`() throws {
        let serializer = StringCacheSerializer().chained(with: Reversing())
        #expect(try serializer.serialize("abc") == Data("cba".utf8))
        #expect(try serializer.deserialize(Data("cba".utf8)) == "abc")
    }

    @Test func `a chain may be of any length`() throws {
        let serializer = try JSONCacheSerializer<User>().compressed(with: .zlib(level: 1)).compressed(with: .zstd())
            .chained(with: Reversing())
        #expect(try serializer.deserialize(serializer.serialize(.sample)) == .sample)
    }

    @Test func `what is compressed is the format's own bytes`() throws {
        let serializer = try JSONCacheSerializer<[Int]>().compressed(with: .zlib())
        #expect(try ZlibCacheCompressor().deserialize(serializer.serialize([1, 2])) == Data("[1,2]".utf8))
    }

    @Test func `a threshold leaves short values readable`() throws {
        let serializer = try JSONCacheSerializer<[Int]>().compressed(with: .zstd(), from: 100)
        #expect(try serializer.serialize([1, 2]) == Data("[1,2]".utf8))
        let long = Array(0..<1000)
        #expect(try serializer.serialize(long).count < 3000)
        #expect(try serializer.deserialize(serializer.serialize(long)) == long)
    }

    @Test func `a chain whose type is forgotten works the same`() throws {
        let serializer = AnyCacheSerializer(try MessagePackCacheSerializer<User>().compressed(with: .zstd()))
        #expect(try serializer.deserialize(serializer.serialize(.sample)) == .sample)
    }
}
