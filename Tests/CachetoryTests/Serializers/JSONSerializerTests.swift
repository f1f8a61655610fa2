import Cachetory
import Foundation
import Testing

@Suite struct JSONSerializerTests {
    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        let serializer = JSONCacheSerializer<Value>()
        return try serializer.deserialize(serializer.serialize(value))
    }

    @Test func `a record`() throws {
        #expect(try roundTrip(User.sample) == User.sample)
        #expect(try roundTrip(Interleaved()) == Interleaved())
    }

    @Test func `a cached nil is null`() throws {
        #expect(try JSONCacheSerializer<Int?>().serialize(nil) == Data("null".utf8))
        #expect(try roundTrip(Int?.none) == nil)
        #expect(try roundTrip(Int?.some(1)) == 1)
    }

    @Test func `a bare value`() throws {
        #expect(try roundTrip("a \"quoted\" text") == "a \"quoted\" text")
        #expect(try roundTrip(true))
        #expect(try roundTrip(-5) == -5)
    }

    @Test func `the encoder's and the decoder's settings are followed`() throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        let serializer = JSONCacheSerializer<[Date]>(encoder: encoder, decoder: decoder)
        let dates = [Date(timeIntervalSince1970: 5)]
        #expect(try serializer.serialize(dates) == Data("[5]".utf8))
        #expect(try serializer.deserialize(Data("[5]".utf8)) == dates)
    }

    @Test func `a number that is not finite is an error`() {
        let error = #expect(throws: CacheSerializationError.self) {
            try JSONCacheSerializer<[Double]>().serialize([1, .nan])
        }
        #expect(error?.description.hasPrefix("the value cannot be written as JSON: ") == true)
    }

    @Test(arguments: [
        "", " ", "{", "[1", "[1,", "[1] 2", "[1]]", "nul", "NaN", "[01]", "{1: 2}", "\"\\ud800\"", "[1e999]",
    ])
    func `what is not JSON is an error`(text: String) {
        #expect(throws: CacheSerializationError.self) {
            try JSONCacheSerializer<[Double]>().deserialize(Data(text.utf8))
        }
        #expect(throws: CacheSerializationError.self) { try JSONCacheSerializer<String>().deserialize(Data(text.utf8)) }
    }

    @Test func `text that is not UTF-8 is an error`() {
        let bytes = Data([0x22, 0xff, 0xfe, 0x22])
        #expect(throws: CacheSerializationError.self) { try JSONCacheSerializer<String>().deserialize(bytes) }
    }

    @Test func `a number that does not fit is an error`() {
        #expect(throws: CacheSerializationError.self) { try JSONCacheSerializer<Int8>().deserialize(Data("300".utf8)) }
        #expect(throws: CacheSerializationError.self) { try JSONCacheSerializer<UInt>().deserialize(Data("-1".utf8)) }
    }

    @Test func `an error says what and where`() {
        let bytes = Data(#"[{"street": "a", "city": 5}]"#.utf8)
        let error = #expect(throws: CacheSerializationError.self) {
            try JSONCacheSerializer<[User.Address]>().deserialize(bytes)
        }
        #expect(error?.description.hasPrefix("the stored JSON is not what the type expects: ") == true)
        #expect(error?.description.contains("at [0].city;") == true)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func `nesting beyond the limit is an error, wherever the text ends`(opening: String) {
        for count in [256, 257, 512, 513, 514, 100_000] {
            let text = String(repeating: opening, count: count)
            #expect(throws: CacheSerializationError.self) {
                try JSONCacheSerializer<Nested>().deserialize(Data(text.utf8))
            }
        }
    }

    @Test func `nesting up to the limit is not`() throws {
        func text(_ depth: Int) -> Data {
            Data((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(try JSONCacheSerializer<Nested>().deserialize(text(512)) == Nested(depth: 512))
        let error = #expect(throws: CacheSerializationError.self) {
            try JSONCacheSerializer<Nested>().deserialize(text(513))
        }
        #expect(error?.description.contains("it nests deeper than 512 levels") == true)
    }

    @Test func `brackets within a string are no nesting`() throws {
        let strings = [String(repeating: "[", count: 1000), "\"[" + String(repeating: "{", count: 1000), "\\"]
        #expect(try roundTrip(strings) == strings)
    }

    @Test(arguments: [String.Encoding.utf16, .utf16BigEndian, .utf16LittleEndian, .utf32, .utf32LittleEndian])
    func `other encodings are errors, for their brackets would not be counted`(encoding: String.Encoding) throws {
        let text = try #require("[1]".data(using: encoding))
        let error = #expect(throws: CacheSerializationError.self) { try JSONCacheSerializer<[Int]>().deserialize(text) }
        #expect(error?.description.contains("it is not in UTF-8") == true)
    }
}
