import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// What both compressors promise.
@Suite struct CompressorTests {
    enum Method: CaseIterable, Sendable {
        case zlib, zstd

        func make(level: Int? = nil, maximumSize: Int = 512 << 20) throws -> any CacheCompressor {
            switch self {
            case .zlib:
                try ZlibCacheCompressor(level: level ?? ZlibCacheCompressor.defaultLevel, maximumSize: maximumSize)
            case .zstd:
                try ZstdCacheCompressor(level: level ?? ZstdCacheCompressor.defaultLevel, maximumSize: maximumSize)
            }
        }
    }

    static let samples: [Data] = [
        Data(), Data([0]), Data("hello".utf8), Data(repeating: 7, count: 100_000),
        randomBytes(1000), randomBytes(300_000), Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 100) }),
    ]

    private static func randomBytes(_ count: Int) -> Data {
        var generator = SeededGenerator(seed: UInt64(count))
        return Data((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    @Test(arguments: Method.allCases, samples)
    func `bytes come back as they were`(method: Method, sample: Data) throws {
        let compressor = try method.make()
        let compressed = try compressor.serialize(sample)
        #expect(try compressor.deserialize(compressed) == sample)
        #expect(compressor.isCompressed(compressed))
    }

    @Test(arguments: Method.allCases)
    func `repetition takes next to no room`(method: Method) throws {
        #expect(try method.make().serialize(Data(repeating: 7, count: 100_000)).count < 200)
    }

    @Test(arguments: [(Method.zlib, -1...9), (.zstd, -7...22)])
    func `every level writes what every other reads`(method: Method, levels: ClosedRange<Int>) throws {
        let sample = Self.samples[6]
        let reader = try method.make()
        for level in levels {
            #expect(try reader.deserialize(method.make(level: level).serialize(sample)) == sample)
        }
    }

    @Test(arguments: Method.allCases)
    func `a level that does not exist is an error`(method: Method) {
        #expect(throws: CacheSerializationError.self) { try method.make(level: 23) }
        let error = #expect(throws: CacheSerializationError.self) { try method.make(level: -1_000_000) }
        #expect(error?.description.contains("level is from ") == true)
    }

    @Test(arguments: Method.allCases, [0, -1, Int.max])
    func `a maximum size that no buffer could have is an error`(method: Method, size: Int) {
        let error = #expect(throws: CacheSerializationError.self) { try method.make(maximumSize: size) }
        #expect(error?.description.contains("maximum size") == true)
    }

    @Test(arguments: Method.allCases)
    func `a value of the maximum size passes, one byte more is an error both ways`(method: Method) throws {
        let (generous, strict) = (try method.make(), try method.make(maximumSize: 5000))
        for count in [4999, 5000] {
            let value = Data(repeating: 1, count: count)
            #expect(try strict.deserialize(strict.serialize(value)) == value)
        }
        let tooLarge = Data(repeating: 1, count: 5001)
        for attempt in [{ try strict.serialize(tooLarge) }, { try strict.deserialize(generous.serialize(tooLarge)) }] {
            let error = #expect(throws: CacheSerializationError.self) { try attempt() }
            guard case .tooLarge(_, limit: 5000)? = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
        }
    }

    @Test(arguments: Method.allCases)
    func `a bomb is an error as soon as it passes the limit`(method: Method) throws {
        // 64 MiB of zeros, in a few KiB.
        let bomb = try method.make().serialize(Data(count: 64 << 20))
        #expect(bomb.count < 100_000)
        let compressor = try method.make(maximumSize: 1 << 20)
        #expect(throws: CacheSerializationError.self) { try compressor.deserialize(bomb) }
    }

    @Test(arguments: Method.allCases)
    func `bytes cut anywhere are an error`(method: Method) throws {
        let compressor = try method.make()
        let compressed = try compressor.serialize(Data("some text, some text, some other text".utf8))
        for count in 0..<compressed.count {
            let error = #expect(throws: CacheSerializationError.self, "cut at \(count)") {
                try compressor.deserialize(compressed.prefix(count))
            }
            #expect(error?.description.hasPrefix("the stored bytes are not valid \(method)") == true)
        }
    }

    @Test(arguments: Method.allCases)
    func `bytes behind the end are an error`(method: Method) throws {
        let compressor = try method.make()
        let compressed = try compressor.serialize(Data("text".utf8))
        for rest in [Data([0]), Data("more".utf8), Data(count: 1000)] {
            #expect(throws: CacheSerializationError.self) { try compressor.deserialize(compressed + rest) }
        }
    }

    @Test(arguments: Method.allCases)
    func `bytes that were never compressed are an error`(method: Method) throws {
        let compressor = try method.make()
        for bytes in [Data("{\"a\": 1}".utf8), Data(count: 100), Data(repeating: 0xff, count: 100)] {
            #expect(throws: CacheSerializationError.self) { try compressor.deserialize(bytes) }
        }
    }

    @Test(arguments: Method.allCases)
    func `a failure does not spoil what follows`(method: Method) throws {
        let compressor = try method.make()
        let value = Data("text".utf8)
        let compressed = try compressor.serialize(value)
        for _ in 0..<20 {
            #expect(throws: CacheSerializationError.self) { try compressor.deserialize(compressed.dropLast()) }
            #expect(try compressor.deserialize(compressed) == value)
        }
    }

    @Test(arguments: Method.allCases)
    func `slices of other bytes are fine`(method: Method) throws {
        let compressor = try method.make()
        let value = Data("[some text]".utf8)
        let compressed = Data([9, 9]) + (try compressor.serialize(value[1..<10])) + Data([9])
        #expect(try compressor.deserialize(compressed[2..<compressed.count - 1]) == Data("some text".utf8))
        #expect(compressor.isCompressed(compressed[2...]))
        #expect(!compressor.isCompressed(compressed))
    }

    @Test(.timeLimit(.minutes(5)), arguments: Method.allCases)
    func `one compressor serves many threads`(method: Method) async throws {
        let compressor = try method.make()
        try await onThreads(4) { thread in
            let value = Data(repeating: UInt8(thread), count: 20_000 + thread)
            for _ in 0..<50 {
                let copy = try compressor.deserialize(compressor.serialize(value))
                #expect(copy == value)
            }
        }
    }
}
