import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct AnySerializerURLTests {
    private func text<Value: Codable>(_ url: String, as type: Value.Type = [Int].self) -> String {
        let error = #expect(throws: CacheSerializationError.self) { try AnyCacheSerializer<Value, Data>(url: url) }
        return error?.description ?? ""
    }

    @Test(arguments: [
        "json", "json://", "JSON://", "json://?", "msgpack://", "plist://", "json+zlib://", "json+zstd://",
        "json+zstandard://", "msgpack+zlib", "msgpack+zstd://?compression-level=19",
        "json+zlib://?compression-level=-1",
        "msgpack+zlib+zstd://?compression-level=1", "json+zlib://?compression-threshold=100",
        "json+zlib://?compression-limit=100000", "msgpack+zlib+zstd://?compression-limit=100000",
        "json+zstd://?compression-level=3&compression-threads=2", "plist+zstd://?compression-threshold=0",
    ])
    func `a url makes a serializer`(url: String) throws {
        let serializer = try AnyCacheSerializer<User, Data>(url: url)
        #expect(try serializer.deserialize(serializer.serialize(.sample)) == .sample)
    }

    @Test func `the names say what the bytes are`() throws {
        func bytes(_ url: String) throws -> Data {
            try AnyCacheSerializer<[Int], Data>(url: url).serialize([1, 2])
        }
        #expect(try bytes("json://") == Data("[1,2]".utf8))
        #expect(try bytes("msgpack://") == Data([0x92, 1, 2]))
        #expect(try bytes("plist://").starts(with: Data("bplist00".utf8)))
        #expect(try bytes("json+zlib://") == ZlibCacheCompressor().serialize(Data("[1,2]".utf8)))
        #expect(
            try bytes("json+zlib://?compression-level=0") == ZlibCacheCompressor(level: 0).serialize(Data("[1,2]".utf8))
        )
        #expect(try bytes("json+zstd://") == ZstdCacheCompressor().serialize(Data("[1,2]".utf8)))
        #expect(try bytes("json+zlib+zstd://") == ZstdCacheCompressor().serialize(bytes("json+zlib://")))
        #expect(try bytes("json+zlib://?compression-threshold=6") == Data("[1,2]".utf8))
        #expect(try bytes("json+zlib://?compression-threshold=5") == bytes("json+zlib://"))
    }

    @Test(arguments: ["zstd", "zstd+zstd", "zlib+zstd", "zstd+zlib+zstd"])
    func `a url limits what a value becomes, whatever it is compressed by`(compressors: String) throws {
        let bytes = Data(repeating: 0, count: 4_000_000)
        let large = try AnyCacheSerializer<Data, Data>(url: "data+\(compressors)")
        let wire = try large.serialize(bytes)
        #expect(wire.count < 10_000)
        #expect(try large.deserialize(wire) == bytes)
        let small = try AnyCacheSerializer<Data, Data>(url: "data+\(compressors)://?compression-limit=3999999")
        for error in [
            #expect(throws: CacheSerializationError.self) { try small.deserialize(wire) },
            #expect(throws: CacheSerializationError.self) { try small.serialize(bytes) },
        ] {
            guard case .tooLarge(let format, limit: 3_999_999) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(format == compressors)
        }
        // Below a threshold nothing is compressed, and the limit holds all the same.
        let threshold = try AnyCacheSerializer<Data, Data>(
            url: "data+\(compressors)://?compression-threshold=100&compression-limit=1000")
        #expect(try threshold.deserialize(threshold.serialize(Data(count: 99))) == Data(count: 99))
        #expect(throws: CacheSerializationError.self) { try threshold.deserialize(wire) }
    }

    @Test func `several compressors have one limit together`() throws {
        // Noise, so that the second takes as much as the first.
        var random = SeededGenerator(seed: 3)
        let noise = Data((0..<1000).map { _ in UInt8.random(in: 0...255, using: &random) })
        let one = try AnyCacheSerializer<Data, Data>(url: "data+zstd://?compression-limit=1500")
        #expect(try one.deserialize(one.serialize(noise)) == noise)
        let wire = try AnyCacheSerializer<Data, Data>(url: "data+zstd+zstd").serialize(noise)
        let two = try AnyCacheSerializer<Data, Data>(url: "data+zstd+zstd://?compression-limit=1500")
        #expect(throws: CacheSerializationError.self) { try two.serialize(noise) }
        #expect(throws: CacheSerializationError.self) { try two.deserialize(wire) }
    }

    @Test func `text and bytes are stored as they are`() throws {
        #expect(try AnyCacheSerializer<String, Data>(url: "string://").serialize("a") == Data("a".utf8))
        for name in ["data", "noop", "null"] {
            #expect(try AnyCacheSerializer<Data, Data>(url: "\(name)://").serialize(Data([1])) == Data([1]))
        }
        let compressed = try AnyCacheSerializer<String, Data>(url: "string+zstd://")
        #expect(try compressed.deserialize(compressed.serialize("a")) == "a")
        #expect(text("string://").contains("'string' stores values of type String, and these are Array<Int>"))
        #expect(text("noop://").contains("'noop' stores values of type Data"))
    }

    @Test func `an unknown name is an error that lists the known`() {
        for url in ["yaml://", "json+lz4://", "", "://", "json+", "+json"] {
            let text = text(url)
            #expect(text.hasPrefix("there is no serializer named '"))
            #expect(text.contains("json, msgpack, plist, string, data, noop, null, zlib, zstd, zstandard"))
        }
    }

    @Test(arguments: ["json/x", "js on", "jsön", "json@zlib", String(repeating: "a", count: 65)])
    func `text that is no name is not repeated`(url: String) {
        #expect(text(url).contains("other characters"))
        #expect(!text(url).contains(url))
    }

    @Test func `pickle is an error that says why`() {
        #expect(text("pickle+zstd://").contains("a format of Python alone"))
    }

    @Test func `names in the wrong place are errors that say the right one`() {
        #expect(text("zlib://").contains("a format comes before 'zlib'"))
        #expect(text("json+msgpack://").contains("only compressors come after the format"))
    }

    @Test(arguments: [
        ("json://host", "only '?' and options may follow"), ("json:///?compression-level=1", "only '?'"),
        ("json+zlib://?level=3", "there is no option 'level', only compression-level, compression-threshold"),
        ("json+zlib://?compression-level", "needs a whole number"),
        ("json+zlib://?compression-level=", "needs a whole number"),
        ("json+zlib://?compression-level=high", "needs a whole number"),
        ("json+zlib://?compression-level=1.5", "needs a whole number"),
        ("json+zlib://?compression-level=99999999999999999999", "needs a whole number"),
        ("json+zlib://?compression-level=1&compression-level=2", "occurs twice"),
        ("json+zlib://?compression-level=10", "zlib's level is from 0 to 9"),
        ("json+zstd://?compression-level=100", "zstd's level is from"),
        ("json+zlib://?compression-limit=0", "the maximum size of zlib is from 1 to"),
        ("json+zlib+zstd://?compression-limit=-1", "the maximum size of zlib is from 1 to"),
        ("json+zstd://?compression-limit=4294967296", "the maximum size of zstd is from 1 to"),
    ])
    func `a wrong option is an error that says what is right`(url: String, reason: String) {
        #expect(text(url).contains(reason))
    }
}
