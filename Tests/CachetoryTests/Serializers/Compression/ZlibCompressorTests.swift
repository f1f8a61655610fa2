import Cachetory
import Foundation
import Testing

@Suite struct ZlibCompressorTests {
    @Test func `the format is zlib's, as another program writes it`() throws {
        // What Python's zlib.compress(b"hello, hello, hello") gives.
        let bytes = Data(hex: "789ccb48cdc9c9d751c840a200442806d5")
        #expect(try ZlibCacheCompressor().deserialize(bytes) == Data("hello, hello, hello".utf8))
        #expect(try ZlibCacheCompressor().serialize(Data("hello, hello, hello".utf8)) == bytes)
    }

    @Test(arguments: ["7801", "785e", "789c", "78da", "081d", "68de"])
    func `each of zlib's headers is known`(hex: String) throws {
        #expect(try ZlibCacheCompressor().isCompressed(Data(hex: hex)))
    }

    @Test(arguments: ["", "78", "789d", "7b22", "5b31", "1f8b", "78bb", "8998", "0000"])
    func `other beginnings are not`(hex: String) throws {
        #expect(try !ZlibCacheCompressor().isCompressed(Data(hex: hex)))
    }

    @Test func `a stream with a dictionary is an error`() throws {
        let error = #expect(throws: CacheSerializationError.self) {
            try ZlibCacheCompressor().deserialize(Data(hex: "78bb 00000001 0300 00000001"))
        }
        #expect(error?.description.contains("it needs a dictionary") == true)
    }

    @Test func `a wrong checksum is an error`() throws {
        var bytes = try ZlibCacheCompressor().serialize(Data("text".utf8))
        bytes[bytes.count - 1] ^= 1
        let error = #expect(throws: CacheSerializationError.self) { try ZlibCacheCompressor().deserialize(bytes) }
        #expect(error?.description.contains("incorrect data check") == true)
    }
}
