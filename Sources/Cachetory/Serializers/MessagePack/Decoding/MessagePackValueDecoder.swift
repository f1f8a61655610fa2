import CachetorySmallFoundation

/// The decoder that one value gets to read itself with.
///
/// A value's elements get decoders of their own, one after the other, so each reuses the memory of the one before.
final class MessagePackValueDecoder: Decoder {
    private let source: MessagePackSource
    private let depth: Int
    private var parent: MessagePackValueDecoder?
    private var key: (any CodingKey)?

    /// Where the value begins.
    private var start: Int

    /// Where the value ends, as soon as that is known.
    var end: Int?

    /// The pairs, as soon as the value is taken for a map.
    private(set) lazy var map = MessagePackMap(source)

    /// An element's decoder that has done its work.
    private var spare: MessagePackValueDecoder?

    init(_ source: MessagePackSource) {
        self.source = source
        depth = 0
        start = 0
    }

    private init(elementOf parent: MessagePackValueDecoder) {
        source = parent.source
        depth = parent.depth + 1
        start = 0
    }

    var reader: MessagePackReader { source.reader }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var next: MessagePackValueDecoder? = self
        while let decoder = next {
            if let key = decoder.key { path.append(key) }
            next = decoder.parent
        }
        return path.reversed()
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try read([String: Any].self, at: nil) { reader throws(MessagePackFault) in
            let token = try reader.token(at: start)
            guard token.content == .map else { throw .mismatch(found: token.content) }
            try map.index(token, depth: depth)
        }
        end = map.end
        return KeyedDecodingContainer(MessagePackKeyedDecodingContainer(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try read([Any].self, at: nil) { reader throws(MessagePackFault) in
            let token = try reader.token(at: start)
            if token.content == .map {
                // Codable spells a dictionary of other keys as an array of keys and values by turns.
                try map.index(token, depth: depth)
                guard map.hasOtherKeys else { throw .mismatch(found: token.content) }
            } else if token.content != .array {
                throw .mismatch(found: token.content)
            }
            return MessagePackUnkeyedDecodingContainer(decoder: self, count: token.children, offset: token.start)
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        MessagePackSingleValueDecodingContainer(decoder: self, offset: start)
    }
}

// MARK: What the containers call

extension MessagePackValueDecoder {
    /// Reads something, and says where it is if that fails.
    @inline(__always)
    func read<Value>(
        _ type: Any.Type, at key: @autoclosure () -> (any CodingKey)?,
        _ body: (MessagePackReader) throws(MessagePackFault) -> Value
    ) throws -> Value {
        do {
            return try body(reader)
        } catch {
            throw failure(error, type, at: key())
        }
    }

    /// Decodes the value at an offset, and moves the offset behind it.
    @inline(__always)
    func decode<Value: Decodable>(
        _ type: Value.Type, from offset: inout Int, at key: @autoclosure () -> (any CodingKey)?
    ) throws -> Value {
        guard let native = NativeType(type) else {
            return try decodeInChild(type, from: &offset, at: key())
        }
        do throws(MessagePackFault) {
            return try reader.read(type, as: native, at: &offset)
        } catch {
            throw failure(error, type, at: key())
        }
    }

    private func decodeInChild<Value: Decodable>(
        _ type: Value.Type, from offset: inout Int, at key: (any CodingKey)?
    ) throws -> Value {
        let child = childDecoder()
        try child.begin(self, from: offset, at: key)
        defer {
            child.parent = nil
            spare = child
        }
        let value = try Value(from: child)
        offset =
            try child.end
            ?? self.end(ofValueAt: offset, type, at: key)
        return value
    }

    /// Where the value at an offset ends.
    func end(ofValueAt offset: Int, _ type: Any.Type, at key: (any CodingKey)?) throws -> Int {
        try read(type, at: key) { reader throws(MessagePackFault) in
            try source.end(of: reader.token(at: offset), depth: depth)
        }
    }

    /// A decoder for the value at an offset that may be kept until the whole is decoded.
    func decoder(from offset: Int, at key: any CodingKey) throws -> MessagePackValueDecoder {
        let decoder = MessagePackValueDecoder(elementOf: self)
        try decoder.begin(self, from: offset, at: key)
        return decoder
    }

    func failure(_ fault: MessagePackFault, _ type: Any.Type, at key: (any CodingKey)?) -> DecodingError {
        let path = key.map { codingPath + [$0] } ?? codingPath
        let context = DecodingError.Context(codingPath: path, debugDescription: fault.description)
        return switch fault {
        case .mismatch(found: .null): .valueNotFound(type, context)
        case .mismatch: .typeMismatch(type, context)
        default: .dataCorrupted(context)
        }
    }

    private func begin(_ parent: MessagePackValueDecoder, from offset: Int, at key: (any CodingKey)?) throws {
        self.parent = parent
        self.key = key
        start = offset
        end = nil
        guard depth <= MessagePackFormat.maximumDepth else {
            throw parent.failure(.tooDeep, Any.self, at: key)
        }
    }

    private func childDecoder() -> MessagePackValueDecoder {
        // One that someone has kept goes on reading its own value.
        guard isKnownUniquelyReferenced(&spare), let spare else {
            return MessagePackValueDecoder(elementOf: self)
        }
        return spare
    }
}
