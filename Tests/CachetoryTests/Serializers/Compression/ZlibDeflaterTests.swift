import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

@Suite struct ZlibDeflaterTests {
    /// What some builds of zlib-ng say is too little; none may say much more than is needed, either.
    @Test(arguments: [0, 1, 20, 1000])
    func `a bound that is too small is no end of it`(size: Int) throws {
        var random = SeededGenerator(seed: 2)
        let noise = Data((0..<size * 100).map { _ in UInt8.random(in: 0...255, using: &random) })
        let bounds: [Zlib.Bound] = [{ _, _ in 0 }, { _, _ in 1 }, { _, count in count / 2 }, { _, _ in .max }]
        for bound in bounds {
            var zlib = try Zlib.loaded()
            zlib.deflateBound = bound
            let deflater = try ZlibDeflater(zlib, level: 6)
            for bytes in [noise, Data(count: size * 100)] {
                // Twice, for the stream is used again.
                for _ in 0..<2 {
                    let wire = try bytes.withUnsafeBytes { bytes throws(CacheSerializationError) in
                        try deflater.compress(bytes)
                    }
                    #expect(try ZlibCacheCompressor(level: 6).serialize(bytes) == wire)
                    #expect(try ZlibCacheCompressor().deserialize(wire) == bytes)
                }
            }
        }
    }
}
