import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// Stored bytes that were altered at random: an error or another value, but never a trap.
@Suite struct SerializerMutationTests {
    /// How many altered forms of each value are tried.
    private static let rounds = 1500

    static let urls = [
        "json://", "msgpack://", "plist://", "json+zlib://", "msgpack+zstd://", "plist+zlib+zstd://",
        "msgpack+zlib://?compression-threshold=1000",
    ]

    @Test(.timeLimit(.minutes(2)), arguments: urls)
    func `what is read from altered bytes can be written again`(url: String) throws {
        var generator = SeededGenerator(seed: 7)
        try check(User.sample, url, using: &generator)
        try check([User.sample, User.sample], url, using: &generator)
        try check(
            Tree.node(left: .leaf(1), right: .node(left: .leaf(-70_000), right: .leaf(3))), url, using: &generator)
        try check(["a": [1.5, 2], "b": [], "c": [Double.pi]], url, using: &generator)
        try check([1: "a", 2: "b", 300: nil], url, using: &generator)
        try check(Date(timeIntervalSinceReferenceDate: 0.5), url, using: &generator)
        try check(String?.some("text"), url, using: &generator)
        try check(Data([1, 2, 3]), url, using: &generator)
        try check(MessagePackExtensionValue(type: 3, data: Data([1, 2, 3])), url, using: &generator)
        try check(Interleaved(), url, using: &generator)
    }

    private func check<Value: Codable>(
        _ value: Value, _ url: String, using generator: inout SeededGenerator
    ) throws {
        let serializer = try AnyCacheSerializer<Value, Data>(url: url)
        let bytes = try serializer.serialize(value)
        for round in 0..<Self.rounds {
            let altered = altered(bytes, using: &generator)
            do {
                let read = try serializer.deserialize(altered)
                #expect(throws: Never.self, "round \(round), \(altered.hex)") { try serializer.serialize(read) }
            } catch {
                #expect(error is CacheSerializationError, "round \(round), \(altered.hex): \(error)")
                #expect(!"\(error)".isEmpty)
            }
        }
    }

    private func altered(_ bytes: Data, using generator: inout SeededGenerator) -> Data {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 2: bytes[place] = [0x00, 0x7f, 0x80, 0xff, 0xdd, 0xdf, 0xdb].randomElement(using: &generator) ?? 0
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.remove(at: place)
            case 5: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            default:
                let end = Int.random(in: place..<bytes.count, using: &generator)
                bytes.insert(contentsOf: Data(bytes[place...end]), at: place)
            }
        }
        return bytes
    }
}
