import Foundation
import Testing

@testable import Cachetory

/// That bytes are not walked over again for each level around them.
@Suite(.timeLimit(.minutes(5))) struct MessagePackExtentsTests {
    /// Maps or arrays with one element, so many levels deep, around an array of numbers.
    private func nest(_ header: [UInt8], depth: Int, numbers: Int) -> Data {
        var bytes = Data()
        for _ in 0..<depth { bytes += header }
        bytes += [0xdd] + withUnsafeBytes(of: UInt32(numbers).bigEndian) { Data($0) }
        bytes += Data(repeating: 1, count: numbers)
        return bytes
    }

    @Test func `each value is passed once, from outside and from inside`() throws {
        let (depth, numbers) = (200, 10_000)
        // A map with one pair, whose key is one letter.
        let bytes = nest([0x81, 0xa1, 0x61], depth: depth, numbers: numbers)
        try bytes.withUnsafeBytes { (bytes) throws in
            let reader = MessagePackReader(bytes: bytes)
            for levels in [Array(0..<depth), (0..<depth).reversed()] {
                var extents = MessagePackExtents()
                for level in levels {
                    #expect(try extents.end(of: reader.token(at: level * 3), in: reader) == bytes.count)
                }
                // A key and a value for each level; twice at most where a level ends what is within it.
                #expect(extents.steps <= 2 * (2 * depth + numbers))
            }
        }
    }

    @Test func `ends are those of a plain walk`() throws {
        let value = (0..<50).map { number in
            ["a": [[number]], "b": (0..<number).map { Array(0..<$0 % 7) }, "c": [[], [1], Array(0..<100)]]
        }
        try MessagePackCacheSerializer<[[String: [[Int]]]]>().serialize(value).withUnsafeBytes { (bytes) throws in
            let reader = MessagePackReader(bytes: bytes)
            var extents = MessagePackExtents()
            // Each value, the inner ones of a container after it, and all of it twice.
            for _ in 0..<2 {
                var offset = 0
                while offset < bytes.count {
                    let token = try reader.token(at: offset)
                    #expect(try extents.end(of: token, in: reader) == reader.end(of: token))
                    offset = token.end
                }
            }
        }
    }

    @Test func `bytes that end too early are an error each time`() throws {
        let bytes = nest([0x91], depth: 50, numbers: 100).dropLast()
        bytes.withUnsafeBytes { bytes in
            let reader = MessagePackReader(bytes: bytes)
            var extents = MessagePackExtents()
            for _ in 0..<2 {
                #expect(throws: MessagePackFault.truncated) { try extents.end(of: reader.token(at: 0), in: reader) }
            }
        }
    }

    /// A map that reads what was stored first at last, and skips the rest.
    struct Level: Decodable {
        private enum CodingKeys: CodingKey { case rest, next, numbers }

        let depth: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            _ = try container.decode(Int.self, forKey: .rest)
            let next = try container.decodeIfPresent(Level.self, forKey: .next)
            depth = 1 + (next?.depth ?? 0)
        }
    }

    @Test func `a type may read its maps in any order`() throws {
        let (depth, numbers) = (200, 10_000)
        var bytes = Data()
        for _ in 1..<depth { bytes += [0x82, 0xa4] + Data("next".utf8) }
        bytes += [0x82, 0xa7] + Data("numbers".utf8) + nest([], depth: 0, numbers: numbers)
        for _ in 0..<depth { bytes += [0xa4] + Data("rest".utf8) + [1] }
        let source = try bytes.withUnsafeBytes { (bytes) throws in
            let source = MessagePackSource(MessagePackReader(bytes: bytes))
            var end = 0
            let level = try MessagePackValueDecoder(source).decode(Level.self, from: &end, at: nil)
            #expect(level.depth == depth)
            #expect(end == bytes.count)
            return source
        }
        #expect(source.extents.steps > numbers)
        #expect(source.extents.steps <= 2 * (4 * depth + numbers))
    }
}
