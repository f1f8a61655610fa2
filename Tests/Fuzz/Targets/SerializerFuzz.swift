import Cachetory
import Foundation

/// What is read can be written, and is read again; the first byte chooses a type.
struct SerializerFuzz: Sendable {
    private let readers: [@Sendable (Data) -> Void]

    static let messagePack = SerializerFuzz(url: "msgpack://")
    static let json = SerializerFuzz(url: "json://")
    static let propertyList = SerializerFuzz(url: "plist://")

    private struct Sample: Codable {
        var name: String
        var age: Int?
        var score: Float
        var born: Date
        var picture: Data
        var friends: [Sample]?
        var tags: [String: [UInt8]]
    }

    private indirect enum Tree: Codable {
        case leaf(Int64)
        case node(left: Tree, right: Tree)
    }

    private init(url: String) {
        readers = [
            Self.reader(Sample.self, url), Self.reader(Tree.self, url), Self.reader([String: [Double?]].self, url),
            Self.reader([Int: String].self, url), Self.reader(Date.self, url), Self.reader(Data.self, url),
            Self.reader([UInt64].self, url), Self.reader(String?.self, url), Self.reader(Bool.self, url),
            Self.reader(MessagePackExtensionValue.self, url), Self.reader(Decimal.self, url),
            Self.reader([URL].self, url),
        ]
    }

    private static func reader<Value: Codable & SendableMetatype>(_ type: Value.Type, _ url: String)
        -> @Sendable (Data) -> Void
    {
        guard let serializer = try? AnyCacheSerializer<Value, Data>(url: url) else {
            fatalError("no serializer \(url)")
        }
        return { bytes in
            guard let value = try? serializer.deserialize(bytes) else { return }
            // A number that is not finite has no JSON, and what JSON rounds may not fit any more.
            guard let written = try? serializer.serialize(value) else {
                precondition(url == "json://", "\(value) was read and cannot be written")
                return
            }
            precondition(
                url == "json://" || (try? serializer.deserialize(written)) != nil, "\(value) cannot be read again")
        }
    }

    func run(_ bytes: UnsafeRawBufferPointer) {
        guard let choice = bytes.first else { return }
        readers[Int(choice) % readers.count](Data(bytes.dropFirst()))
    }
}
