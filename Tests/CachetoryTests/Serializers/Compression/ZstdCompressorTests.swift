import Cachetory
import Foundation
import Testing

@Suite struct ZstdCompressorTests {
    /// A frame of raw blocks, without checksum.
    private func frame(header: String, blocks: [(type: UInt32, size: Int, content: Data)]) -> Data {
        var frame = Data(hex: "28b52ffd" + header)
        for (index, block) in blocks.enumerated() {
            let isLast: UInt32 = index == blocks.count - 1 ? 1 : 0
            let word = isLast | block.type << 1 | UInt32(block.size) << 3
            frame += [UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8), UInt8(word >> 16)]
            frame += block.content
        }
        return frame
    }

    @Test func `a frame states the size of its content, which some readers need`() throws {
        // Single segment, a size of one byte: 19.
        let bytes = try ZstdCacheCompressor().serialize(Data("hello, hello, hello".utf8))
        #expect(bytes.prefix(6) == Data(hex: "28b52ffd 20 13"))
    }

    @Test func `a frame that does not state its size is read`() throws {
        // A window of 1 KiB, no content size, one raw block, then one that repeats a byte 1,000 times.
        let bytes = frame(header: "0000", blocks: [(0, 5, Data("hello".utf8)), (1, 1000, Data("!".utf8))])
        let expected = Data("hello".utf8) + Data(repeating: UInt8(ascii: "!"), count: 1000)
        #expect(try ZstdCacheCompressor().deserialize(bytes) == expected)
        #expect(throws: CacheSerializationError.self) { try ZstdCacheCompressor(maximumSize: 1004).deserialize(bytes) }
    }

    @Test func `a frame of many blocks grows its memory as they come`() throws {
        let blocks = (0..<500).map { _ in (type: UInt32(1), size: 1024, content: Data([7])) }
        let bytes = frame(header: "0000", blocks: blocks)
        #expect(try ZstdCacheCompressor().deserialize(bytes) == Data(repeating: 7, count: 500 * 1024))
    }

    @Test func `a frame that states more than it could hold gets no memory for it`() throws {
        // Single segment, a size of 8 bytes: 1 TiB, then 255 MiB; one raw block of 5 bytes.
        for size in ["0000000000010000", "0000f00f00000000", "ffffffffffffffff", "feffffffffffffff"] {
            let bytes = frame(header: "e0" + size, blocks: [(0, 5, Data("hello".utf8))])
            #expect(throws: CacheSerializationError.self) { try ZstdCacheCompressor().deserialize(bytes) }
        }
    }

    @Test func `a frame that states less than it holds is an error`() throws {
        let bytes = frame(header: "2003", blocks: [(0, 5, Data("hello".utf8))])
        #expect(throws: CacheSerializationError.self) { try ZstdCacheCompressor().deserialize(bytes) }
    }

    @Test func `a window beyond 128 MiB is an error`() throws {
        let bytes = frame(header: "00f8", blocks: [(0, 5, Data("hello".utf8))])
        #expect(throws: CacheSerializationError.self) { try ZstdCacheCompressor().deserialize(bytes) }
    }

    @Test func `several frames are one value, and those to be skipped are`() throws {
        let compressor = try ZstdCacheCompressor()
        let (first, second) = (try compressor.serialize(Data("a".utf8)), try compressor.serialize(Data("b".utf8)))
        let skippable = Data(hex: "502a4d18 03000000 010203")
        #expect(try compressor.deserialize(first + second) == Data("ab".utf8))
        #expect(try compressor.deserialize(first + skippable + second) == Data("ab".utf8))
        #expect(try compressor.deserialize(skippable + first) == Data("a".utf8))
    }

    @Test func `other beginnings are not compressed`() throws {
        let compressor = try ZstdCacheCompressor()
        for hex in ["", "28", "28b52f", "28b52ffc", "7b22", "28b52fff00"] {
            #expect(!compressor.isCompressed(Data(hex: hex)))
        }
    }
}
