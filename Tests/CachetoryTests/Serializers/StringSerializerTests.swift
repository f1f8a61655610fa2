import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct StringSerializerTests {
    @Test(arguments: ["", "a", "Grüße, 世界 👋", "\u{0}\r\n", String(repeating: "é", count: 10_000)].map(Input.init))
    func `text is stored as its bytes`(input: Input) throws {
        let text = input.text
        let serializer = StringCacheSerializer()
        #expect(serializer.serialize(text) == Data(text.utf8))
        #expect(try serializer.deserialize(Data(text.utf8)) == text)
    }

    @Test(arguments: ["ff", "c328", "eda080", "f0808080", "61c3"])
    func `bytes that are not UTF-8 are an error`(hex: String) {
        let error = #expect(throws: CacheSerializationError.self) {
            try StringCacheSerializer().deserialize(Data(hex: hex))
        }
        #expect(error?.description.hasPrefix("the stored bytes are not valid text: the bytes are not UTF-8;") == true)
    }
}

@Suite struct NoOpSerializerTests {
    private struct Unencodable: Equatable {
        var name = "as it is"
    }

    @Test func `a value of any type stays what it is`() {
        let serializer = NoOpCacheSerializer<Unencodable>()
        #expect(serializer.deserialize(serializer.serialize(Unencodable())) == Unencodable())
    }

    @Test func `bytes stay what they are`() {
        let serializer = DataCacheSerializer()
        #expect(serializer.serialize(Data([0, 255])) == Data([0, 255]))
        #expect(serializer.deserialize(Data()) == Data())
    }
}
