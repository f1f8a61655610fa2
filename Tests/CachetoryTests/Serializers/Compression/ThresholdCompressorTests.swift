import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct ThresholdCompressorTests {
    @Test func `short values stay as they are, others are compressed`() throws {
        let compressor = try ThresholdCacheCompressor(ZlibCacheCompressor(), from: 10)
        let (short, long) = (Data("123456789".utf8), Data("1234567890".utf8))
        #expect(try compressor.serialize(short) == short)
        #expect(try compressor.serialize(long) == ZlibCacheCompressor().serialize(long))
        for value in [Data(), short, long] {
            #expect(try compressor.deserialize(compressor.serialize(value)) == value)
        }
    }

    @Test func `a short value that looks compressed is compressed`() throws {
        let zlib = try ThresholdCacheCompressor(ZlibCacheCompressor(), from: 1000)
        let zstd = try ThresholdCacheCompressor(ZstdCacheCompressor(), from: 1000)
        let zlibLookalike = Data("x\u{1}, not compressed".utf8)
        let zstdLookalike = Data(hex: "28b52ffd 01 02")
        #expect(try zlib.serialize(zlibLookalike) != zlibLookalike)
        #expect(try zstd.serialize(zstdLookalike) != zstdLookalike)
        #expect(try zlib.deserialize(zlib.serialize(zlibLookalike)) == zlibLookalike)
        #expect(try zstd.deserialize(zstd.serialize(zstdLookalike)) == zstdLookalike)
    }

    @Test func `compressing twice is taken apart twice`() throws {
        let once = try ZlibCacheCompressor().serialize(Data("text".utf8))
        let compressor = try ThresholdCacheCompressor(ZlibCacheCompressor(), from: 1_000_000)
        #expect(try compressor.deserialize(compressor.serialize(once)) == once)
    }

    @Test(arguments: [0, -1, 1, 100, Int.max])
    func `values written with any threshold, or none, are read with any other`(threshold: Int) throws {
        let reader = try ThresholdCacheCompressor(ZstdCacheCompressor(), from: threshold)
        let writers: [any CacheCompressor] = [
            try ZstdCacheCompressor(), try ThresholdCacheCompressor(ZstdCacheCompressor(), from: 5),
            try ThresholdCacheCompressor(ZstdCacheCompressor(), from: Int.max),
        ]
        for value in [Data(), Data("abc".utf8), Data(repeating: 1, count: 1000)] {
            for writer in writers {
                #expect(try reader.deserialize(writer.serialize(value)) == value)
            }
        }
    }

    @Test func `random short bytes come back as they were`() throws {
        var generator = SeededGenerator(seed: 1)
        let compressor = try ThresholdCacheCompressor(ZlibCacheCompressor(), from: 100)
        for _ in 0..<20_000 {
            // Often the first byte of zlib's header, so that the second one often makes it whole.
            let bytes =
                [0x78]
                + (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            let value = Data(bytes)
            #expect(try compressor.deserialize(compressor.serialize(value)) == value)
        }
    }
}
