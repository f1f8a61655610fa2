import Cachetory
import Foundation
import Testing

/// Property lists that no encoder writes.
@Suite struct BinaryPropertyListTests {
    /// A property list of the given objects, the first of which is the root. References have two bytes.
    private func list(
        _ objects: [Data], count: Int? = nil, root: Int = 0, table: Int? = nil, offsetSize: Int = 4,
        referenceSize: Int = 2
    ) -> Data {
        var bytes = Data("bplist00".utf8)
        var offsets: [Int] = []
        for object in objects {
            offsets.append(bytes.count)
            bytes += object
        }
        let start = bytes.count
        for offset in offsets {
            bytes += bigEndian(offset, size: offsetSize)
        }
        bytes += [0, 0, 0, 0, 0, 0, UInt8(offsetSize), UInt8(referenceSize)]
        for number in [count ?? objects.count, root, table ?? start] {
            bytes += bigEndian(number, size: 8)
        }
        return bytes
    }

    private func bigEndian(_ number: Int, size: Int) -> Data {
        Data((0..<size).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
    }

    private func array(_ references: [Int]) -> Data {
        Data([0xaf, 0x12]) + bigEndian(references.count, size: 4)
            + references.reduce(into: Data()) { $0 += bigEndian($1, size: 2) }
    }

    private func reason<Value: Codable>(_ bytes: Data, as type: Value.Type = [Int].self) -> String {
        let error = #expect(throws: CacheSerializationError.self) {
            try PropertyListCacheSerializer<Value>().deserialize(bytes)
        }
        return error?.description ?? ""
    }

    private let one = Data([0x10, 1])

    @Test func `the lists of this suite are well-formed`() throws {
        #expect(try PropertyListCacheSerializer<[Int]>().deserialize(list([array([1, 1]), one])) == [1, 1])
        let wide = Data([0xa1, 0, 0, 1])
        #expect(
            try PropertyListCacheSerializer<[Int]>().deserialize(list([wide, one], offsetSize: 3, referenceSize: 3))
                == [1])
    }

    @Test func `a container within itself is an error`() {
        #expect(reason(list([array([0])]), as: Nested.self).contains("a container is in several places"))
        #expect(reason(list([array([1]), array([0])]), as: Nested.self).contains("a container is in several places"))
    }

    @Test func `a container in several places is an error, for it may stand for billions`() {
        let bomb = (0..<30).map { array([$0 + 1, $0 + 1]) } + [one]
        #expect(reason(list(bomb), as: Nested.self).contains("a container is in several places"))
    }

    @Test func `a long text in very many places is an error`() {
        let text = Data([0x5f, 0x12]) + bigEndian(1 << 20, size: 4) + Data(repeating: 0x61, count: 1 << 20)
        #expect(
            reason(list([array(Array(repeating: 1, count: 600)), text]), as: [String].self).contains(
                "larger than the limit"))
    }

    @Test func `nesting beyond the limit is an error`() {
        let deep = (0..<60_000).map { array([$0 + 1]) } + [one]
        #expect(reason(list(deep), as: Nested.self).contains("nests deeper than 512 levels"))
    }

    @Test(arguments: [
        "a37fffffffffffffff", "af137fffffffffffffff", "af13ffffffffffffffff", "df13400000000000000000", "4f127fffffff",
        "5f137fffffffffffffff",
        "6f137fffffffffffffff", "af", "af10", "af20", "af14", "4f", "5505", "13", "23", "33", "a0a1",
    ])
    func `an object that is longer than the bytes is an error`(hex: String) {
        var objects = [Data(hex: hex)]
        // The last one wants a reference that is beyond the table, too.
        if hex == "a0a1" { objects = [Data(hex: "a1")] }
        #expect(reason(list(objects)).hasPrefix("the stored bytes are not valid property list"))
    }

    @Test(arguments: [
        "00", "01", "0d", "0f", "15", "1f", "20", "21", "24", "30", "3f", "70", "80", "90", "b0", "c0", "e0", "ff",
    ])
    func `an object of a kind that Foundation does not write is an error`(hex: String) {
        let object = Data(hex: hex) + Data(count: 40)
        #expect(reason(list([object])).contains("it has an object of an unknown kind"))
        #expect(reason(list([array([1]), object])).contains("it has an object of an unknown kind"))
    }

    @Test(arguments: ["7ff8000000000000", "7ff0000000000000", "fff0000000000000", "7ff0000000000001"])
    func `a date that is not finite is an error`(hex: String) {
        #expect(reason(list([Data([0x33]) + Data(hex: hex)]), as: Date.self).contains("a date that is none"))
    }

    @Test func `a key that is not a string is an error`() {
        for key in [one, Data([0xa0]), Data([0x41, 1]), Data([0x09])] {
            let dictionary = Data([0xd1, 0, 1, 0, 2])
            #expect(
                reason(list([dictionary, key, one]), as: [String: Int].self).contains("a key that is not a string"))
        }
    }

    @Test func `a trailer that lies is an error`() {
        let objects = [array([1]), one]
        for bytes in [
            list(objects, count: 3), list(objects, count: Int.max), list(objects, count: -1), list(objects, count: 0),
            list(objects, root: 2), list(objects, root: -1), list(objects, table: 0), list(objects, table: 8),
            list(objects, table: 1000), list(objects, table: -1), list(objects, offsetSize: 0),
            list(objects, offsetSize: 9), list(objects, referenceSize: 0), list(objects, referenceSize: 9),
        ] {
            #expect(!reason(bytes).isEmpty)
        }
        #expect(reason(list([array([5]), one])).contains("refers to an object that it does not have"))
    }

    @Test func `bytes cut anywhere are an error`() throws {
        let bytes = try PropertyListCacheSerializer<User>().serialize(.sample)
        for count in 0..<bytes.count {
            #expect(!reason(bytes.prefix(count), as: User.self).isEmpty)
        }
    }
}
