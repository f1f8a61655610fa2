import Cachetory
import Foundation
import Testing

/// The bytes of the specification's formats, at the values where one gives way to the next.
@Suite struct MessagePackVectorTests {
    struct Vector<Value: Codable & Equatable & Sendable>: CustomTestStringConvertible, Sendable {
        var value: Value
        var bytes: Data

        init(_ value: Value, _ hex: String) {
            self.value = value
            bytes = Data(hex: hex)
        }

        var testDescription: String { "\(bytes.prefix(12).hex)" }

        func check() throws {
            let serializer = MessagePackCacheSerializer<Value>()
            #expect(try serializer.serialize(value).hex == bytes.hex)
            #expect(try serializer.deserialize(bytes) == value)
        }
    }

    @Test(arguments: [
        Vector<Int64>(0, "00"), Vector(1, "01"), Vector(127, "7f"),
        Vector(128, "cc80"), Vector(255, "ccff"),
        Vector(256, "cd0100"), Vector(65535, "cdffff"),
        Vector(65536, "ce00010000"), Vector(0xffff_ffff, "ceffffffff"),
        Vector(0x1_0000_0000, "cf0000000100000000"), Vector(.max, "cf7fffffffffffffff"),
        Vector(-1, "ff"), Vector(-32, "e0"),
        Vector(-33, "d0df"), Vector(-128, "d080"),
        Vector(-129, "d1ff7f"), Vector(-32768, "d18000"),
        Vector(-32769, "d2ffff7fff"), Vector(-0x8000_0000, "d280000000"),
        Vector(-0x8000_0001, "d3ffffffff7fffffff"), Vector(.min, "d38000000000000000"),
    ])
    func `an integer takes the shortest format`(vector: Vector<Int64>) throws {
        try vector.check()
    }

    @Test func `the largest unsigned integer`() throws {
        try Vector(UInt64.max, "cfffffffffffffffff").check()
    }

    @Test(arguments: [Vector(Optional(true), "c3"), Vector(false, "c2"), Vector(nil, "c0")])
    func `nil and booleans`(vector: Vector<Bool?>) throws {
        try vector.check()
    }

    @Test(arguments: [
        Vector(0.0, "cb0000000000000000"), Vector(-0.0, "cb8000000000000000"), Vector(1.5, "cb3ff8000000000000"),
        Vector(Double.infinity, "cb7ff0000000000000"), Vector(Double.leastNonzeroMagnitude, "cb0000000000000001"),
    ])
    func `double precision`(vector: Vector<Double>) throws {
        try vector.check()
    }

    @Test(arguments: [Vector<Float>(1.5, "ca3fc00000"), Vector(-.infinity, "caff800000")])
    func `single precision`(vector: Vector<Float>) throws {
        try vector.check()
    }

    @Test func `not a number`() throws {
        let bytes = try MessagePackCacheSerializer<Double>().serialize(.nan)
        #expect(bytes.hex == "cb 7f f8 00 00 00 00 00 00")
        #expect(try MessagePackCacheSerializer<Double>().deserialize(bytes).isNaN)
    }

    static let lengths: [(length: Int, string: String, bytes: String)] = [
        (0, "a0", "c400"), (1, "a1", "c401"), (31, "bf", "c41f"),
        (32, "d920", "c420"), (255, "d9ff", "c4ff"),
        (256, "da0100", "c50100"), (65535, "daffff", "c5ffff"),
        (65536, "db00010000", "c600010000"),
    ]

    @Test(arguments: lengths)
    func `a string takes the shortest header`(length: Int, header: String, _: String) throws {
        let content = String(repeating: "61", count: length)
        try Vector(String(repeating: "a", count: length), header + content).check()
    }

    @Test(arguments: lengths)
    func `data is stored as bytes with the shortest header`(length: Int, _: String, header: String) throws {
        let content = String(repeating: "fe", count: length)
        try Vector(Data(repeating: 0xfe, count: length), header + content).check()
    }

    @Test(arguments: [
        (0, "90", "80"), (1, "91", "81"), (15, "9f", "8f"),
        (16, "dc0010", "de0010"), (65535, "dcffff", "deffff"),
        (65536, "dd00010000", "df00010000"),
    ])
    func `a container takes the shortest header`(count: Int, array: String, map: String) throws {
        try Vector([Int](repeating: 7, count: count), array + String(repeating: "07", count: count)).check()

        let dictionary = Dictionary(uniqueKeysWithValues: (0..<count).map { (String($0), $0) })
        let bytes = try MessagePackCacheSerializer<[String: Int]>().serialize(dictionary)
        #expect(bytes.starts(with: Data(hex: map)))
        #expect(try MessagePackCacheSerializer<[String: Int]>().deserialize(bytes) == dictionary)
    }

    @Test(arguments: [
        (0, "c70005"), (1, "d405"), (2, "d505"), (3, "c70305"), (4, "d605"), (8, "d705"), (16, "d805"), (17, "c71105"),
        (255, "c7ff05"), (256, "c8010005"), (65535, "c8ffff05"), (65536, "c90001000005"),
    ])
    func `an extension takes the shortest header`(length: Int, header: String) throws {
        let value = MessagePackExtensionValue(type: 5, data: Data(repeating: 0xab, count: length))
        try Vector(value, header + String(repeating: "ab", count: length)).check()
    }

    @Test func `an extension's type may be negative`() throws {
        try Vector(MessagePackExtensionValue(type: -128, data: Data([1])), "d48001").check()
    }

    @Test(arguments: [
        // 32 bits: whole seconds from 1970 to 2106.
        Vector(Date(timeIntervalSince1970: 0), "d6ff00000000"),
        Vector(Date(timeIntervalSince1970: 4_294_967_295), "d6ffffffffff"),
        // 64 bits: with nanoseconds, or up to 2514.
        Vector(Date(timeIntervalSince1970: 0.5), "d7ff7735940000000000"),
        Vector(Date(timeIntervalSince1970: 4_294_967_296), "d7ff0000000100000000"),
        Vector(Date(timeIntervalSince1970: 17_179_869_183), "d7ff00000003ffffffff"),
        // 96 bits: everything else.
        Vector(Date(timeIntervalSince1970: 17_179_869_184), "c70cff000000000000000400000000"),
        Vector(Date(timeIntervalSince1970: -1), "c70cff00000000ffffffffffffffff"),
        Vector(Date(timeIntervalSince1970: -0.25), "c70cff2cb41780ffffffffffffffff"),
    ])
    func `a date is a time stamp`(vector: Vector<Date>) throws {
        try vector.check()
    }

    @Test func `a url is a string`() throws {
        try Vector(URL(string: "a:b")!, "a3613a62").check()
    }
}
