import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct HashSlotTests {
    /// Bit by bit, as the checksum is defined.
    private static func checksum(of bytes: some Sequence<UInt8>) -> Int {
        var sum = 0
        for byte in bytes {
            sum ^= Int(byte) << 8
            for _ in 0..<8 { sum = (sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021) & 0xFFFF }
        }
        return sum
    }

    /// As the specification of Redis Cluster words it.
    private static func slot(of key: [UInt8]) -> Int {
        if let open = key.firstIndex(of: UInt8(ascii: "{")),
            let close = key[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
        {
            return checksum(of: key[open + 1..<close]) % 16_384
        }
        return checksum(of: key) % 16_384
    }

    @Test func `the specification's example has its checksum`() {
        #expect(HashSlot(of: "123456789").number == 0x31C3)
        #expect(Self.checksum(of: "123456789".utf8) == 0x31C3)
    }

    /// What `CLUSTER KEYSLOT` says.
    @Test(
        arguments: [
            ("", 0), ("foo", 12_182), ("bar", 5_061), ("hello", 866), ("somekey", 11_058), ("foo{hash_tag}", 2_515),
            ("bar{hash_tag}", 2_515),
        ])
    func `a server's slots are these`(key: String, slot: Int) {
        #expect(HashSlot(of: key).number == slot)
    }

    @Test(
        arguments: [
            ("{user1000}.following", "user1000"), ("foo{bar}{zap}", "bar"), ("foo{{bar}}zap", "{bar"), ("{{a}}", "{a"),
            ("x}{a}", "a"), ("{a", "{a"), ("a}", "a}"), ("foo{}{bar}", "foo{}{bar}"), ("{}{a}", "{}{a}"), ("{}", "{}"),
            ("{", "{"), ("}", "}"), ("a{b}c{d}", "b"), ("{\0}", "\0"), ("{ä}ö", "ä"),
        ])
    func `of a key with a tag, only the tag counts`(key: String, hashed: String) {
        #expect(HashSlot(of: key).number == Self.checksum(of: hashed.utf8) % 16_384)
    }

    @Test func `it is that of the definition for any key`() {
        var random = SeededGenerator(seed: 1)
        let alphabet = Array("{}ab\0é".utf8) + [0xFF]
        for index in 0..<10_000 {
            // Many with braces, and many of all bytes.
            let key = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                index.isMultiple(of: 2)
                    ? alphabet.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
            }
            let slot = Self.slot(of: key)
            #expect(HashSlot(of: Data(key)).number == slot, "\(key)")
            let text = String(decoding: key, as: UTF8.self)
            #expect(HashSlot(of: text).number == Self.slot(of: Array(text.utf8)), "\(key)")
        }
    }

    @Test func `an argument has the slot of the bytes that are sent`() {
        #expect(RESPArgument.string("foo").hashSlot.number == 12_182)
        #expect(RESPArgument.bytes(Data("foo".utf8)).hashSlot.number == 12_182)
        #expect(RESPArgument.integer(-123).hashSlot == HashSlot(of: "-123"))
        #expect(RESPArgument.integer(.min).hashSlot == HashSlot(of: "\(Int.min)"))
        let slice = Data("xfoo".utf8).dropFirst()
        #expect(HashSlot(of: slice).number == 12_182)
        // What came from elsewhere need not be UTF-8 in one piece.
        #expect(HashSlot(of: String(repeating: "{x}", count: 1000)) == HashSlot(of: "x"))
    }

    @Test(arguments: [(0, true), (16_383, true), (16_384, false), (-1, false), (.max, false), (.min, false)])
    func `there are 16384 of them`(number: Int, exists: Bool) {
        #expect((HashSlot(number) != nil) == exists)
        if exists { #expect(HashSlot(number)?.number == number) }
    }

    @Test func `they are in order and small`() throws {
        #expect(try #require(HashSlot(1)) < #require(HashSlot(2)))
        #expect(MemoryLayout<HashSlot>.size == 2)
    }
}
