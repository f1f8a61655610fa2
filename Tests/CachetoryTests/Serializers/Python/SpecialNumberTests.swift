import Cachetory
import Foundation
import Testing

/// What the article on moving from Python's cachetory says of numbers that are special.
@Suite struct SpecialNumberTests {
    private let json = JSONCacheSerializer<[Double]>()
    private let messagePack = MessagePackCacheSerializer<[Double]>()

    /// As `json.dumps` of Python writes them.
    @Test(arguments: ["[NaN]", "[Infinity]", "[-Infinity]"])
    func `Python's JSON has numbers that are not JSON`(text: String) {
        #expect(throws: CacheSerializationError.self) { try json.deserialize(Data(text.utf8)) }
    }

    @Test func `negative zero and whole numbers lose in JSON what Python would tell them by`() throws {
        #expect(try json.deserialize(Data("[-0.0]".utf8)).first?.sign == .minus)
        #expect(try String(decoding: json.serialize([-0.0, 1.0]), as: UTF8.self) == "[-0,1]")
    }

    /// As `ormsgpack.packb` writes NaN, infinity, -0.0 and 1.0, and reads them.
    @Test func `MessagePack keeps them all`() throws {
        let bytes = Data(hex: "94 cb7ff8000000000000 cb7ff0000000000000 cb8000000000000000 cb3ff0000000000000")
        #expect(try messagePack.serialize([.nan, .infinity, -0.0, 1.0]) == bytes)
        let numbers = try messagePack.deserialize(bytes)
        #expect(numbers[0].isNaN && numbers[1] == .infinity && numbers[2].sign == .minus && numbers[3] == 1)
    }

    @Test func `of two kinds of nil one is left`() throws {
        let values: [Int??] = [.some(nil), nil, 5]
        #expect(
            try JSONCacheSerializer<[Int??]>().deserialize(JSONCacheSerializer().serialize(values)) == [nil, nil, 5])
        #expect(
            try MessagePackCacheSerializer<[Int??]>().deserialize(MessagePackCacheSerializer().serialize(values)) == [
                nil, nil, 5,
            ])
    }
}
