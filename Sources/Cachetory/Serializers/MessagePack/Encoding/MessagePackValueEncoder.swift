import CachetorySmallFoundation

/// The encoder that one value gets to write itself with.
///
/// A value's elements get encoders of their own, one after the other, so each reuses the memory of the one before.
final class MessagePackValueEncoder: Encoder {
    /// What the value turned out to be.
    enum Kind { case undecided, single, array, map, misused }

    private let writer: MessagePackWriter
    private let depth: Int

    /// The path of a value whose encoder has no parent.
    private let rootPath: [any CodingKey]

    private var parent: MessagePackValueEncoder?
    private var key: (any CodingKey)?
    private var kind = Kind.undecided

    /// Where the container's header is, in an array or a map.
    private var header = 0

    /// How many elements are written, or pairs.
    private(set) var count = 0

    /// An element's encoder that has done its work.
    private var spare: MessagePackValueEncoder?

    /// An encoder with bytes of its own.
    init(path: [any CodingKey] = [], depth: Int = 0, capacity: Int) {
        writer = MessagePackWriter(depth: depth, capacity: capacity)
        self.depth = depth
        rootPath = path
    }

    /// An encoder for an element of another one's value.
    private init(elementOf parent: MessagePackValueEncoder) {
        writer = parent.writer
        depth = parent.depth + 1
        rootPath = []
    }

    var codingPath: [any CodingKey] {
        var path: [any CodingKey] = []
        var next: MessagePackValueEncoder? = self
        while let encoder = next {
            if let key = encoder.key { path.append(key) }
            path.append(contentsOf: encoder.rootPath.reversed())
            next = encoder.parent
        }
        return path.reversed()
    }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        open(.map)
        return KeyedEncodingContainer(MessagePackKeyedEncodingContainer(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        open(.array)
        return MessagePackUnkeyedEncodingContainer(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        MessagePackSingleValueEncodingContainer(encoder: self)
    }

    /// Begins a container, or goes on with it: the parts of a class and of its superclass may share one.
    private func open(_ wanted: Kind) {
        if kind == .undecided, writer.depth == depth {
            kind = wanted
            header = writer.beginContainer()
        } else if kind == wanted {
            if kind == .map { writer.hasSharedMaps = true }
        } else {
            // A request for a container cannot fail. Every use of it will.
            kind = .misused
        }
    }

    /// Ends the value. A value that wrote nothing is a map without pairs, as in Foundation's JSON.
    private func close() throws(MessagePackFault) {
        if kind == .undecided { open(.map) }
        switch kind {
        case .array, .map: writer.endContainer(at: header, count: count, isMap: kind == .map)
        case .single: break
        case .undecided, .misused: throw .containerMisused
        }
    }
}

// MARK: What the containers call

extension MessagePackValueEncoder {
    /// Where to write the only value.
    @inline(__always)
    func beginSingle() throws -> MessagePackWriter {
        try check(.undecided)
        kind = .single
        return writer
    }

    /// Where to write the next element of an array.
    @inline(__always)
    func beginElement() throws -> MessagePackWriter {
        try check(.array)
        count += 1
        return writer
    }

    /// Where to write the next value of a map, behind its key.
    @inline(__always)
    func beginPair(_ key: some CodingKey) throws -> MessagePackWriter {
        try check(.map)
        writer.write(key.stringValue)
        count += 1
        return writer
    }

    /// Encodes a value of any type as the only one.
    func encodeSingle<Value: Encodable>(_ value: Value) throws {
        let mark = writer.mark
        _ = try beginSingle()
        try encode(value, at: nil, undoingTo: mark)
    }

    /// Encodes a value of any type as the next element of an array.
    func encodeElement<Value: Encodable>(_ value: Value) throws {
        let mark = writer.mark
        let key = MessagePackKey.index(count)
        _ = try beginElement()
        try encode(value, at: key, undoingTo: mark)
    }

    /// Encodes a value of any type as the next one of a map.
    func encodePair<Value: Encodable>(_ value: Value, _ key: some CodingKey) throws {
        let mark = writer.mark
        _ = try beginPair(key)
        try encode(value, at: key, undoingTo: mark)
    }

    /// An encoder with bytes of its own, for a container within this one that may be used at any time until the end.
    func insertElement() -> MessagePackValueEncoder {
        insert(at: MessagePackKey.index(count)) { try beginElement() }
    }

    /// An encoder with bytes of its own, for a container within this one that may be used at any time until the end.
    func insertPair(_ key: some CodingKey) -> MessagePackValueEncoder {
        insert(at: key) { try beginPair(key) }
    }

    /// Whether some map was written by several parts of a value.
    var hasSharedMaps: Bool { writer.hasSharedMaps }

    /// The bytes of an encoder that has its own.
    func finish() throws(MessagePackFault) -> Data {
        try close()
        return try writer.finish()
    }

    @inline(__always)
    private func check(_ wanted: Kind) throws {
        // An encoder that is not the innermost one would write into the middle of another value.
        guard kind == wanted, writer.depth == depth else {
            throw failure(.containerMisused, at: nil)
        }
    }

    /// Nothing remains of a value that fails, its key neither: the caller may catch the error and go on.
    private func encode<Value: Encodable>(
        _ value: Value, at key: (any CodingKey)?, undoingTo mark: MessagePackWriter.Mark
    ) throws {
        do {
            if let native = NativeType(Value.self) {
                try writer.write(value, as: native)
            } else {
                try encodeInChild(value, at: key)
            }
        } catch {
            writer.rewind(to: mark)
            if kind == .single { kind = .undecided } else { count -= 1 }
            if let fault = error as? MessagePackFault { throw failure(fault, at: key) }
            throw error
        }
    }

    private func encodeInChild<Value: Encodable>(_ value: Value, at key: (any CodingKey)?) throws {
        guard depth < MessagePackFormat.maximumDepth else { throw MessagePackFault.tooDeep }
        let child = childEncoder()
        child.parent = self
        child.key = key
        writer.depth += 1
        defer {
            writer.depth -= 1
            // Whoever has kept it can do nothing with it.
            child.kind = .misused
            child.parent = nil
            spare = child
        }
        try value.encode(to: child)
        try child.close()
    }

    private func childEncoder() -> MessagePackValueEncoder {
        guard isKnownUniquelyReferenced(&spare), let spare else {
            return MessagePackValueEncoder(elementOf: self)
        }
        spare.kind = .undecided
        spare.count = 0
        return spare
    }

    private func insert(
        at key: any CodingKey, _ begin: () throws -> MessagePackWriter
    ) -> MessagePackValueEncoder {
        let inserted = MessagePackValueEncoder(path: codingPath + [key], depth: depth + 1, capacity: 64)
        if depth < MessagePackFormat.maximumDepth, let writer = try? begin() {
            writer.insert(inserted)
        } else {
            // A request for a container cannot fail. Every use of it will.
            inserted.kind = .misused
        }
        return inserted
    }

    private func failure(_ fault: MessagePackFault, at key: (any CodingKey)?) -> EncodingError {
        let path = key.map { codingPath + [$0] } ?? codingPath
        return .invalidValue(fault, EncodingError.Context(codingPath: path, debugDescription: fault.description))
    }
}
