import Cachetory
import Foundation
import Testing

/// The features of `Codable`, through MessagePack and back.
@Suite struct MessagePackCodingTests {
    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        let serializer = MessagePackCacheSerializer<Value>()
        return try serializer.deserialize(serializer.serialize(value))
    }

    private func bytes<Value: Codable>(_ value: Value) throws -> String {
        try MessagePackCacheSerializer<Value>().serialize(value).hex
    }

    @Test func `a record`() throws {
        #expect(try roundTrip(User.sample) == User.sample)
        let many = [User](repeating: .sample, count: 100)
        #expect(try roundTrip(many) == many)
    }

    @Test func `a record is a map in the order of its fields`() throws {
        struct Point: Codable {
            var x: Int
            var y: Int
        }
        #expect(try bytes(Point(x: 1, y: 2)) == "82 a1 78 01 a1 79 02")
    }

    @Test func `a record without fields is a map without pairs`() throws {
        struct Empty: Codable, Equatable {}
        #expect(try bytes(Empty()) == "80")
        #expect(try roundTrip(Empty()) == Empty())
        #expect(try bytes([Empty(), Empty()]) == "92 80 80")
    }

    @Test func `a cached nil is a value`() throws {
        #expect(try bytes(String?.none) == "c0")
        #expect(try roundTrip(String?.none) == nil)
        #expect(try roundTrip(String?.some("a")) == "a")
        #expect(try roundTrip([Int?]([1, nil, 3])) == [1, nil, 3])
    }

    @Test func `a field that is nil is left out, and read as nil when missing or nil`() throws {
        struct Record: Codable, Equatable {
            var name: String?
        }
        #expect(try bytes(Record(name: nil)) == "80")
        #expect(try roundTrip(Record(name: nil)) == Record(name: nil))
        let serializer = MessagePackCacheSerializer<Record>()
        #expect(try serializer.deserialize(Data(hex: "81a46e616d65c0")) == Record(name: nil))
    }

    @Test func `all integers`() throws {
        struct Numbers: Codable, Equatable {
            var a: Int8 = .min, b: Int16 = .min, c: Int32 = .min, d: Int64 = .min, e: Int = .min
            var f: UInt8 = .max, g: UInt16 = .max, h: UInt32 = .max, i: UInt64 = .max, j: UInt = .max
        }
        #expect(try roundTrip(Numbers()) == Numbers())
        #expect(try roundTrip([Int8.min, 0, .max]) == [Int8.min, 0, .max])
        #expect(try roundTrip([Int16.min, 0, .max]) == [Int16.min, 0, .max])
        #expect(try roundTrip([Int32.min, 0, .max]) == [Int32.min, 0, .max])
        #expect(try roundTrip([Int64.min, 0, .max]) == [Int64.min, 0, .max])
        #expect(try roundTrip([UInt8.min, .max]) == [UInt8.min, .max])
        #expect(try roundTrip([UInt16.min, .max]) == [UInt16.min, .max])
        #expect(try roundTrip([UInt32.min, .max]) == [UInt32.min, .max])
        #expect(try roundTrip([UInt64.min, .max]) == [UInt64.min, .max])
        #expect(try roundTrip([UInt.min, .max]) == [UInt.min, .max])
    }

    @Test func `an enumeration with a raw value, as itself and as an element`() throws {
        #expect(try roundTrip(User.Role.reader) == .reader)
        #expect(try bytes([User.Role.admin]) == "91 a5 61 64 6d 69 6e")
        #expect(try roundTrip([User.Role.admin, .reader]) == [.admin, .reader])
    }

    @Test func `an enumeration with associated values`() throws {
        let tree = Tree.node(left: .leaf(1), right: .node(left: .leaf(2), right: .leaf(3)))
        #expect(try roundTrip(tree) == tree)
    }

    @Test func `dictionaries with keys of every kind`() throws {
        enum Color: String, Codable, CodingKeyRepresentable { case red, green }
        #expect(try roundTrip(["a": 1, "": 2]) == ["a": 1, "": 2])
        #expect(try roundTrip([1: "a", -5: "b"]) == [1: "a", -5: "b"])
        #expect(try roundTrip([Color.red: 1]) == [.red: 1])
        #expect(try roundTrip([1.5: "a"]) == [1.5: "a"])
        #expect(try roundTrip([UInt8(1): true, 2: false]) == [1: true, 2: false])
        let large = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("key \($0)", $0) })
        #expect(try roundTrip(large) == large)
        let numbers = Dictionary(uniqueKeysWithValues: (0..<5000).map { ($0 * 7, $0) })
        #expect(try roundTrip(numbers) == numbers)
    }

    @Test func `integer keys are written as strings, which every reader takes`() throws {
        #expect(try bytes([7: true]) == "81 a1 37 c3")
    }

    @Test func `a map with keys of other types is read as Codable spells such dictionaries`() throws {
        let serializer = MessagePackCacheSerializer<[Double: String]>()
        // {1.5: "a", 2: "b"} with a floating-point and an integer key.
        #expect(try serializer.deserialize(Data(hex: "82 cb3ff8000000000000 a161 02 a162")) == [1.5: "a", 2: "b"])
        let booleans = MessagePackCacheSerializer<[Bool: Int]>()
        #expect(try booleans.deserialize(Data(hex: "82 c3 01 c2 00")) == [true: 1, false: 0])
    }

    @Test func `a map with integer keys is read as a dictionary and as a record`() throws {
        struct Record: Codable, Equatable {
            enum CodingKeys: Int, CodingKey { case name = 1, size = 2 }
            var name: String
            var size: Int
        }
        let bytes = Data(hex: "82 01 a161 02 05")
        #expect(try MessagePackCacheSerializer<Record>().deserialize(bytes) == Record(name: "a", size: 5))
        #expect(
            try MessagePackCacheSerializer<[Int: Int]>().deserialize(Data(hex: "82 01 05 d0fe 06")) == [1: 5, -2: 6])
        #expect(try MessagePackCacheSerializer<[String: Int]>().deserialize(Data(hex: "81 01 05")) == ["1": 5])
    }

    @Test func `a map with strings as keys is no array`() {
        let serializer = MessagePackCacheSerializer<[String]>()
        #expect(throws: CacheSerializationError.self) { try serializer.deserialize(Data(hex: "81 a161 a162")) }
    }

    @Test func `keys that a type does not know are passed over, whatever their values`() throws {
        struct Record: Codable, Equatable {
            var a: Int
        }
        let bytes = Data(hex: "84 a178 9281a161c0c3 a161 05 c0 d40561 a179 cb0000000000000000")
        #expect(try MessagePackCacheSerializer<Record>().deserialize(bytes) == Record(a: 5))
    }

    @Test func `a subclass with its superclass's part under a key`() throws {
        let dog = try roundTrip(Dog(name: "Rex", breed: "Collie"))
        #expect(dog.name == "Rex")
        #expect(dog.breed == "Collie")
        #expect(
            try bytes(Dog(name: "R", breed: "C"))
                == "82 a5 62 72 65 65 64 a1 43 a5 73 75 70 65 72 81 a4 6e 61 6d 65 a1 52"
        )
    }

    @Test func `a subclass that shares its superclass's container`() throws {
        let cat = try roundTrip(Cat(name: "Tom", lives: 9))
        #expect(cat.name == "Tom")
        #expect(cat.lives == 9)
        #expect(try bytes(Cat(name: "T", lives: 9)) == "82 a4 6e 61 6d 65 a1 54 a5 6c 69 76 65 73 09")
    }

    @Test func `nested containers may be filled by turns`() throws {
        #expect(try roundTrip(Interleaved()) == Interleaved())
        let many = [Interleaved](repeating: Interleaved(), count: 20)
        // Twenty elements take a longer header, which moves all that was written apart.
        #expect(try roundTrip(many) == many)
        #expect(try roundTrip(["k": many]) == ["k": many])
    }

    @Test func `all containers of an array`() throws {
        struct Mixed: Codable, Equatable {
            enum Key: CodingKey { case a }

            init() {}

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                #expect(container.count == 6)
                #expect(try container.decodeNil())
                #expect(try container.decode(Int.self) == 1)
                #expect(try container.decodeNil() == false)
                #expect(try container.nestedContainer(keyedBy: Key.self).decode(Int.self, forKey: .a) == 2)
                var nested = try container.nestedUnkeyedContainer()
                #expect(try nested.decode(String.self) == "x")
                #expect(nested.isAtEnd)
                #expect(try container.superDecoder().singleValueContainer().decode(Bool.self))
                #expect(container.currentIndex == 5)
                #expect(try container.decodeIfPresent(Int.self) == 3)
                #expect(container.isAtEnd)
                #expect(throws: DecodingError.self) { try container.decode(Int.self) }
                #expect(throws: DecodingError.self) { try container.decodeNil() }
                #expect(throws: DecodingError.self) { try container.superDecoder() }
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encodeNil()
                try container.encode(1)
                var map = container.nestedContainer(keyedBy: Key.self)
                try map.encode(2, forKey: .a)
                var array = container.nestedUnkeyedContainer()
                try array.encode("x")
                var single = container.superEncoder().singleValueContainer()
                try single.encode(true)
                try container.encode(3)
                #expect(container.count == 6)
            }
        }
        #expect(try bytes(Mixed()) == "96 c0 01 81 a1 61 02 91 a1 78 c3 03")
        #expect(try roundTrip(Mixed()) == Mixed())
    }

    @Test func `a value may try one type and then another`() throws {
        enum IntOrString: Codable, Equatable {
            case int(Int), string(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let value = try? container.decode(Int.self) {
                    self = .int(value)
                } else {
                    self = .string(try container.decode(String.self))
                }
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .int(let value): try container.encode(value)
                case .string(let value): try container.encode(value)
                }
            }
        }
        #expect(try roundTrip([IntOrString.int(1), .string("a"), .int(2)]) == [.int(1), .string("a"), .int(2)])
    }

    @Test func `an element that fails and is caught leaves nothing behind`() throws {
        struct Failing: Codable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode("half")
                _ = container.nestedUnkeyedContainer()
                throw CancellationError()
            }
        }
        struct Holder: Codable {
            enum CodingKeys: CodingKey { case before, failing, date, after }

            init() {}
            init(from decoder: any Decoder) throws {}

            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(1, forKey: .before)
                #expect(throws: CancellationError.self) { try container.encode(Failing(), forKey: .failing) }
                #expect(throws: EncodingError.self) {
                    try container.encode(Date(timeIntervalSinceReferenceDate: .nan), forKey: .date)
                }
                try container.encode(2, forKey: .after)
            }
        }
        #expect(try bytes(Holder()) == "82 a6 62 65 66 6f 72 65 01 a5 61 66 74 65 72 02")
    }

    @Test(arguments: [Double.nan, .infinity, 1e300, -1e300])
    func `a date that no time stamp holds is an error`(seconds: Double) {
        let date = Date(timeIntervalSinceReferenceDate: seconds)
        let error = #expect(throws: CacheSerializationError.self) { try bytes(["when": [date]]) }
        #expect(error?.description.contains("the date is not a number or too far away, at when[0]") == true)
    }

    @Test(arguments: [Date.distantPast, .distantFuture, Date(timeIntervalSinceReferenceDate: 752_112_345.123_456_7)])
    func `a date comes back as it was`(date: Date) throws {
        #expect(try roundTrip(date) == date)
    }

    @Test func `a value that contains itself is an error`() {
        final class Ring: Codable {
            var next: Ring?
        }
        let ring = Ring()
        ring.next = ring
        defer { ring.next = nil }
        let error = #expect(throws: CacheSerializationError.self) { try bytes(ring) }
        #expect(error?.description.contains("nest deeper than 256 levels") == true)
    }

    @Test func `what can be written can be read, as deep as it goes`() throws {
        #expect(try roundTrip(Nested(depth: 256)) == Nested(depth: 256))
        #expect(throws: CacheSerializationError.self) { try roundTrip(Nested(depth: 257)) }
    }

    @Test func `a decoder that is kept for too long finds nothing`() throws {
        struct Keeper: Codable {
            var decoder: any Decoder
            var map: KeyedDecodingContainer<MessageKey>

            enum MessageKey: CodingKey { case a }

            init(from decoder: any Decoder) throws {
                self.decoder = decoder
                map = try decoder.container(keyedBy: MessageKey.self)
            }

            func encode(to encoder: any Encoder) throws {}
        }
        let kept = try MessagePackCacheSerializer<[Keeper]>().deserialize(Data(hex: "92 81a161a162 81a161a163"))
        for keeper in kept {
            #expect(throws: DecodingError.self) { try keeper.map.decode(String.self, forKey: .a) }
            #expect(throws: DecodingError.self) { try keeper.decoder.unkeyedContainer() }
            #expect(throws: DecodingError.self) { try keeper.decoder.singleValueContainer().decode(Int.self) }
            #expect(keeper.map.allKeys.isEmpty)
        }
    }

    @Test func `a decoder that is kept within the value reads its own part`() throws {
        struct Part: Codable {
            var decoder: any Decoder
            init(from decoder: any Decoder) throws { self.decoder = decoder }
            func encode(to encoder: any Encoder) throws {}
        }
        struct Whole: Codable {
            var numbers: [Int]
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                let first = try container.decode(Part.self)
                let second = try container.decode(Part.self)
                numbers = [
                    try second.decoder.singleValueContainer().decode(Int.self),
                    try first.decoder.singleValueContainer().decode(Int.self),
                ]
            }
            func encode(to encoder: any Encoder) throws {}
        }
        #expect(try MessagePackCacheSerializer<Whole>().deserialize(Data(hex: "92 05 06")).numbers == [6, 5])
    }

    @Test func `an encoder that is kept for too long, or asked for two kinds of container, is an error`() {
        final class Box {
            var container: (any UnkeyedEncodingContainer)?
        }
        struct Leaking: Codable {
            var box: Box
            init(box: Box) { self.box = box }
            init(from decoder: any Decoder) throws { box = Box() }
            func encode(to encoder: any Encoder) throws {
                if box.container == nil {
                    box.container = encoder.unkeyedContainer()
                } else {
                    try box.container?.encode(1)
                }
            }
        }
        struct Both: Codable {
            enum Key: CodingKey { case a }
            init() {}
            init(from decoder: any Decoder) throws {}
            func encode(to encoder: any Encoder) throws {
                var array = encoder.unkeyedContainer()
                var map = encoder.container(keyedBy: Key.self)
                try array.encode(1)
                try map.encode(1, forKey: .a)
            }
        }
        let box = Box()
        #expect(throws: CacheSerializationError.self) { try bytes([Leaking(box: box), Leaking(box: box)]) }
        #expect(throws: CacheSerializationError.self) { try bytes(Both()) }
    }

    @Test func `an extension in another format is a record`() throws {
        let value = MessagePackExtensionValue(type: 3, data: Data([1, 2]))
        let serializer = JSONCacheSerializer<MessagePackExtensionValue>()
        #expect(try serializer.deserialize(serializer.serialize(value)) == value)
    }

    @Test func `bytes may be a slice of others`() throws {
        let bytes = Data(hex: "ffff 81a16105 ffff")
        #expect(try MessagePackCacheSerializer<[String: Int]>().deserialize(bytes[2..<6]) == ["a": 5])
    }

    @Test func `the coding path is known within`() throws {
        struct Leaf: Codable {
            static func check(_ path: [any CodingKey]) {
                #expect(path.map(\.stringValue) == ["a", "Index 1"])
            }
            init() {}
            init(from decoder: any Decoder) throws { Self.check(decoder.codingPath) }
            func encode(to encoder: any Encoder) throws {
                Self.check(encoder.codingPath)
                var container = encoder.singleValueContainer()
                #expect(container.codingPath.count == 2)
                try container.encode(1)
            }
        }
        struct Pair: Codable {
            var a: [Leaf?]
        }
        _ = try roundTrip(["a": [Leaf?.none, Leaf()]])
    }
}
