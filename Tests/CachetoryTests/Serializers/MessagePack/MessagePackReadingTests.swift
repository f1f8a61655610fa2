import Cachetory
import Foundation
import Testing

/// What other writers may store, and what nobody should.
@Suite struct MessagePackReadingTests {
    private func decode<Value: Codable>(_ hex: String, as type: Value.Type = Value.self) throws -> Value {
        try MessagePackCacheSerializer<Value>().deserialize(Data(hex: hex))
    }

    /// The text of the error, or nil where there is none.
    private func failure<Value: Codable>(_ hex: String, as type: Value.Type) -> String? {
        #expect(throws: CacheSerializationError.self) { try decode(hex, as: type) }?.description
    }

    @Test(arguments: [
        "05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005", "d200000005",
        "d30000000000000005", "ca40a00000", "cb4014000000000000",
    ])
    func `an integer is read from any format that holds it`(hex: String) throws {
        #expect(try decode(hex, as: Int.self) == 5)
        #expect(try decode(hex, as: UInt8.self) == 5)
        #expect(try decode(hex, as: Double.self) == 5)
        #expect(try decode(hex, as: Float.self) == 5)
    }

    @Test(arguments: ["a161", "d90161", "da000161", "db0000000161"])
    func `a string is read from any format`(hex: String) throws {
        #expect(try decode(hex) == "a")
    }

    @Test(arguments: ["c40161", "c5000161", "c60000000161", "a161"])
    func `data is read from any format, a string of before there were bytes included`(hex: String) throws {
        #expect(try decode(hex) == Data("a".utf8))
    }

    @Test(arguments: ["9105", "dc000105", "dd0000000105"])
    func `an array is read from any format`(hex: String) throws {
        #expect(try decode(hex) == [5])
    }

    @Test(arguments: ["81a16105", "de0001a16105", "df00000001a16105"])
    func `a map is read from any format`(hex: String) throws {
        #expect(try decode(hex) == ["a": 5])
    }

    @Test(arguments: ["d607aabbccdd", "c70407aabbccdd", "c8000407aabbccdd", "c90000000407aabbccdd"])
    func `an extension is read from any format`(hex: String) throws {
        #expect(try decode(hex) == MessagePackExtensionValue(type: 7, data: Data([0xaa, 0xbb, 0xcc, 0xdd])))
    }

    @Test func `a time stamp may be in a longer format than it needs`() throws {
        let date = Date(timeIntervalSince1970: 1)
        #expect(try decode("d6ff00000001") == date)
        #expect(try decode("d7ff0000000000000001") == date)
        #expect(try decode("c70cff000000000000000000000001") == date)
        #expect(try decode("c80004ff00000001") == date)
    }

    @Test(arguments: [
        ("ccff", "Int8"), ("d0ff", "UInt"), ("cd0100", "UInt8"), ("cfffffffffffffffff", "Int"),
        ("cb3ff8000000000000", "Int"),
        ("cb7ff0000000000000", "Int"), ("cb7ff8000000000000", "Int"), ("cb43f0000000000000", "Int"),
    ])
    func `a number that does not fit is an error`(hex: String, type: String) {
        let text =
            switch type {
            case "Int8": failure(hex, as: Int8.self)
            case "UInt8": failure(hex, as: UInt8.self)
            case "UInt": failure(hex, as: UInt.self)
            default: failure(hex, as: Int.self)
            }
        #expect(text?.contains("the number does not fit the type") == true)
    }

    @Test func `a number beyond single precision is an error, but infinity is not`() throws {
        #expect(failure("cb7fefffffffffffff", as: Float.self)?.contains("does not fit") == true)
        #expect(try decode("cb7ff0000000000000") == Float.infinity)
    }

    @Test(arguments: ["c3", "a161", "c40161", "90", "80", "d40561", "d6ff00000000"])
    func `another kind of value is an error that names it`(hex: String) throws {
        let error = #expect(throws: CacheSerializationError.self) { try decode(hex, as: Int.self) }
        guard case .decodingFailed(_, let underlying)? = error,
            case DecodingError.typeMismatch? = underlying as? DecodingError
        else {
            Issue.record("not a type mismatch: \(String(describing: error))")
            return
        }
        #expect(error?.description.contains(" instead;") == true)
    }

    @Test func `nil for a value is an error of its own`() {
        let error = #expect(throws: CacheSerializationError.self) { try decode("c0", as: Int.self) }
        guard case .decodingFailed(_, let underlying)? = error,
            case DecodingError.valueNotFound(let type, _)? = underlying as? DecodingError
        else {
            Issue.record("not a missing value: \(String(describing: error))")
            return
        }
        #expect(ObjectIdentifier(type) == ObjectIdentifier(Int.self))
    }

    @Test func `an error says where it is`() {
        // {"id": 1, "tags": ["a", 5]}
        struct Record: Codable {
            var id: Int
            var tags: [String]
        }
        let text = failure("82 a26964 01 a474616773 92 a161 05", as: [Record].self)
        #expect(text?.contains("there is a map instead") == true)
        let inner = failure("91 82 a26964 01 a474616773 92 a161 05", as: [Record].self)
        #expect(inner?.contains("there is an integer instead, at [0].tags[1];") == true)
        let missing = failure("91 81 a26964 01", as: [Record].self)
        #expect(missing?.contains("there is no value for the key 'tags', at [0];") == true)
    }

    @Test(arguments: [
        // Nothing, and ends within each format's header or content.
        "", "cc", "cd00", "ce000000", "cf00000000000000", "d0", "d100", "d2000000", "d300000000000000",
        "ca000000", "cb00000000000000", "a1", "bf61", "d9", "d902aa", "da00", "da0001", "db000000", "db00000001",
        "c4", "c401", "c500", "c6000000", "d4", "d405", "d8050000", "c7", "c701", "c70105", "c8", "c900000001",
        "91", "9201", "dc", "dc00", "dc000201", "dd000000", "dd0000000201", "81", "8101", "82a16101", "de00",
        "df000000",
        // Lengths that lie.
        "dbffffffff61", "c6ffffffff61", "c9ffffffff0561", "ddffffffff01", "dfffffffff0101", "dc7fff01", "8fa16101",
        "9f9f9f9f9f9f9f9f", "dd7fffffffdd7fffffffdd7fffffff",
    ])
    func `bytes that end too soon are an error`(hex: String) {
        #expect(failure(hex, as: [String: [Int]].self) != nil)
        #expect(failure(hex, as: [[Int]].self) != nil)
        #expect(failure(hex, as: String.self) != nil)
        #expect(failure(hex, as: Data.self) != nil)
        #expect(failure(hex, as: MessagePackExtensionValue.self) != nil)
        // A value of which nothing is read has to be whole as well.
        #expect(failure(hex, as: Indifferent.self) != nil)
        #expect(failure("81a178" + hex, as: Indifferent.self) != nil)
    }

    @Test(arguments: ["0000", "c0c0", "a16100", "910100", "81a16101a1"])
    func `bytes behind the value are an error`(hex: String) {
        #expect(failure(hex, as: Indifferent.self)?.contains("follow the end of the value") == true)
    }

    @Test func `the reserved byte is an error`() {
        #expect(failure("c1", as: Int.self)?.contains("0xc1") == true)
        #expect(failure("91c1", as: [Int].self)?.contains("0xc1") == true)
        #expect(failure("81a178c1", as: Indifferent.self)?.contains("0xc1") == true)
    }

    @Test(arguments: [
        "a1ff", "a2c328", "a3e28082e2", "a3eda080", "a4f0808080", "a4f5808080", "a2c080", "a3f09080", "a1c3",
    ])
    func `text that is not UTF-8 is an error`(hex: String) {
        #expect(failure(hex, as: String.self) != nil)
        #expect(failure("91" + hex, as: [String].self) != nil)
    }

    @Test(arguments: [
        "d7ffffffffff00000000", "c70cff3b9aca000000000000000000", "d4ff00", "c700ff",
        "d8ff" + String(repeating: "00", count: 16),
    ])
    func `a malformed time stamp is an error`(hex: String) {
        #expect(failure(hex, as: Date.self)?.contains("the time stamp is malformed") == true)
    }

    @Test func `a date at the ends of time is read`() throws {
        #expect(
            try decode("c70cff000000007fffffffffffffff", as: Date.self).timeIntervalSince1970 == 9.223372036854775807e18
        )
        #expect(
            try decode("c70cff000000008000000000000000", as: Date.self).timeIntervalSince1970
                == -9.223372036854775808e18)
    }

    @Test func `a map that has a key twice is an error`() {
        #expect(failure("82a16101a16102", as: [String: Int].self)?.contains("occurs twice") == true)
        #expect(
            failure("8201a1610 1a162".replacing(" ", with: ""), as: [Int: String].self)?.contains("occurs twice")
                == true)
        // The same integer in two formats.
        #expect(failure("8201a161cc01a162", as: [Int: String].self)?.contains("occurs twice") == true)
        let many = (0..<100).map { String(format: "a3%02x%02x%02x", 0x30 + $0 / 10, 0x30 + $0 % 10, 0x61) + "01" }
        let large = "de0065" + many.joined() + "a3303061" + "01"
        #expect(failure(large, as: [String: Int].self)?.contains("occurs twice") == true)
    }

    @Test func `nesting beyond the limit is an error, and takes no stack`() throws {
        for depth in [257, 100_000, 1_000_000] {
            let bytes = Data(repeating: 0x91, count: depth - 1) + [0x90]
            let error = #expect(throws: CacheSerializationError.self) {
                try MessagePackCacheSerializer<Nested>().deserialize(bytes)
            }
            #expect(error?.description.contains("nest deeper than 256 levels") == true)
            // What is not looked at may nest as deep as it likes.
            #expect(try MessagePackCacheSerializer<Indifferent>().deserialize(bytes) == Indifferent())
        }
        let deepest = Data(repeating: 0x91, count: 255) + [0x90]
        #expect(try MessagePackCacheSerializer<Nested>().deserialize(deepest) == Nested(depth: 256))
    }

    @Test func `the largest count takes no memory before its elements are there`() {
        // 4 billion pairs are promised in 5 bytes, a thousand times over.
        let lies = String(repeating: "91", count: 100) + "dfffffffff"
        #expect(failure(lies, as: Nested.self) != nil)
        #expect(failure("ddffffffff", as: [Int?].self) != nil)
    }
}

/// Decodes from anything, without a look at it.
struct Indifferent: Codable, Equatable {
    init() {}
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}
}
