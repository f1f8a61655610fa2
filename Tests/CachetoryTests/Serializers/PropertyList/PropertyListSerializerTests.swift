import Cachetory
import Foundation
import Testing

@Suite struct PropertyListSerializerTests {
    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        let serializer = PropertyListCacheSerializer<Value>()
        return try serializer.deserialize(serializer.serialize(value))
    }

    @Test func `a record`() throws {
        #expect(try roundTrip(User.sample) == User.sample)
        #expect(try roundTrip([User](repeating: .sample, count: 300)).count == 300)
        #expect(try roundTrip(Interleaved()) == Interleaved())
    }

    @Test func `a cached nil is a value`() throws {
        #expect(try roundTrip(Int?.none) == nil)
        #expect(try roundTrip(Int?.some(1)) == 1)
        #expect(try roundTrip([String?]([nil, "a"])) == [nil, "a"])
    }

    @Test func `a bare value`() throws {
        #expect(try roundTrip(5) == 5)
        #expect(try roundTrip(Int.min) == Int.min)
        #expect(try roundTrip(UInt64.max) == UInt64.max)
        #expect(try roundTrip(1.5) == 1.5)
        #expect(try roundTrip(true))
        #expect(try roundTrip("") == "")
        #expect(try roundTrip("Grüße 👋") == "Grüße 👋")
        #expect(try roundTrip(Data([1, 2])) == Data([1, 2]))
        #expect(try roundTrip([Int]()) == [])
        #expect(try roundTrip([String: Int]()) == [:])
        let date = Date(timeIntervalSinceReferenceDate: 752_112_345.123)
        #expect(try roundTrip(date) == date)
    }

    @Test func `the root is the value itself`() throws {
        let bytes = try PropertyListCacheSerializer<[String: Int]>().serialize(["a": 1])
        #expect(bytes.starts(with: Data("bplist00".utf8)))
        #expect(try PropertyListDecoder().decode([String: Int].self, from: bytes) == ["a": 1])
        let object = try PropertyListSerialization.propertyList(from: bytes, format: nil)
        #expect(object as? [String: Int] == ["a": 1])
    }

    @Test func `what another encoder wrote is read`() throws {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        let bytes = try encoder.encode(User.sample)
        #expect(try PropertyListCacheSerializer<User>().deserialize(bytes) == .sample)
    }

    @Test func `another type is an error that says where`() throws {
        let bytes = try PropertyListCacheSerializer<[String: [String]]>().serialize(["a": ["b"]])
        let error = #expect(throws: CacheSerializationError.self) {
            try PropertyListCacheSerializer<[String: [Int]]>().deserialize(bytes)
        }
        #expect(error?.description.contains("at a[0]") == true)
    }

    @Test func `other formats of property lists are errors`() throws {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .xml
        let xml = try encoder.encode(["a": 1])
        let deep = Data(("<plist>" + String(repeating: "<array>", count: 200_000)).utf8)
        for bytes in [xml, deep, Data("(1, 2)".utf8), Data(repeating: UInt8(ascii: "("), count: 100_000), Data()] {
            let error = #expect(throws: CacheSerializationError.self) {
                try PropertyListCacheSerializer<[String: Int]>().deserialize(bytes)
            }
            #expect(error?.description.contains("it does not begin as one") == true)
        }
    }
}
