import Foundation

/// A record with a field of each usual kind.
struct User: Codable, Equatable {
    struct Address: Codable, Equatable {
        var street: String
        var city: String
    }

    enum Role: String, Codable {
        case admin, reader
    }

    var id: Int
    var name: String
    var score: Double
    var ratio: Float
    var isActive: Bool
    var role: Role
    var tags: [String]
    var address: Address
    var visits: [String: Int]
    var picture: Data
    var created: Date
    var homepage: URL
    var token: UUID
    var referrer: String?
    var friend: [Address?]

    static let sample = User(
        id: 123_456,
        name: "Grüße, 世界 👋",
        score: 99.5,
        ratio: 0.25,
        isActive: true,
        role: .admin,
        tags: ["navy", "", "cobol"],
        address: Address(street: "1 Main Street", city: "Arlington"),
        visits: ["home": 3, "about": -1],
        picture: Data([0, 1, 254, 255]),
        created: Date(timeIntervalSinceReferenceDate: 752_112_345.123_456),
        homepage: URL(string: "https://example.com/a?b=c#d")!,
        token: UUID(uuidString: "E621E1F8-C36C-495A-93FC-0C247A3E6E5F")!,
        referrer: nil,
        friend: [nil, Address(street: "2 Side Street", city: "Boston")]
    )
}

/// A value that holds values of its own type, by an enumeration with associated values.
indirect enum Tree: Codable, Equatable {
    case leaf(Int)
    case node(left: Tree, right: Tree)
}

/// As deep as the bytes are: arrays within arrays.
struct Nested: Codable, Equatable {
    var content: [Nested]

    init(depth: Int) {
        content = depth <= 1 ? [] : [Nested(depth: depth - 1)]
    }

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        content = []
        while !container.isAtEnd {
            content.append(try container.decode(Nested.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for element in content {
            try container.encode(element)
        }
    }
}

class Animal: Codable {
    var name: String

    init(name: String) {
        self.name = name
    }
}

/// A subclass that keeps its superclass's part under the key `super`, as `Codable` proposes.
final class Dog: Animal {
    private enum CodingKeys: CodingKey { case breed }

    var breed: String

    init(name: String, breed: String) {
        self.breed = breed
        super.init(name: name)
    }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        breed = try container.decode(String.self, forKey: .breed)
        try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(breed, forKey: .breed)
        try super.encode(to: container.superEncoder())
    }
}

/// A subclass that shares one container with its superclass.
final class Cat: Animal {
    private enum CodingKeys: CodingKey { case lives }

    var lives: Int

    init(name: String, lives: Int) {
        self.lives = lives
        super.init(name: name)
    }

    required init(from decoder: any Decoder) throws {
        lives = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .lives)
        try super.init(from: decoder)
    }

    override func encode(to encoder: any Encoder) throws {
        try super.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lives, forKey: .lives)
    }
}

/// Fills two nested containers by turns, out of order, and leaves a third empty.
struct Interleaved: Codable, Equatable {
    private enum Keys: String, CodingKey { case first, second, third, last }

    var first: [Int] = [1, 2]
    var second: [String: Int] = ["a": 1, "b": 2]
    var last = "end"

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        var array = try container.nestedUnkeyedContainer(forKey: .first)
        first = [try array.decode(Int.self), try array.decode(Int.self)]
        let map = try container.nestedContainer(keyedBy: Letters.self, forKey: .second)
        second = ["a": try map.decode(Int.self, forKey: .a), "b": try map.decode(Int.self, forKey: .b)]
        last = try container.decode(String.self, forKey: .last)
    }

    private enum Letters: CodingKey { case a, b }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        var array = container.nestedUnkeyedContainer(forKey: .first)
        var map = container.nestedContainer(keyedBy: Letters.self, forKey: .second)
        _ = container.nestedUnkeyedContainer(forKey: .third)
        try map.encode(2, forKey: .b)
        try array.encode(1)
        try container.encode(last, forKey: .last)
        try map.encode(1, forKey: .a)
        try array.encode(2)
    }
}
