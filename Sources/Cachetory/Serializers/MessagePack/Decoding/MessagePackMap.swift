import CachetorySmallFoundation

/// Where the pairs of a map are: found once, then looked up by key.
///
/// A lookup in a small map compares the key with each pair's, beginning behind the pair that was found last: most types
/// ask for their keys in the order in which they are stored. Larger maps have a hash table. No key becomes a `String`.
///
/// A class with memory of its own, because one serves many maps, one after the other.
final class MessagePackMap {
    private enum KeyKind: UInt8 { case string, integer, other }

    /// Offsets have 32 bits, as lengths have in the format: the entries of hostile bytes should not need much more
    /// memory than the bytes.
    private struct Entry {
        var kind: KeyKind

        /// Of the key's content, in a string; of the key, in any other.
        var keyStart: UInt32

        /// Of the key's content, in a string.
        var keyLength: UInt32 = 0

        var value: UInt32 = 0
    }

    /// Up to so many pairs are searched one after the other.
    private static let largestSearched = 16

    /// Up to so many pairs get memory because a map says that it has them. More get it as they are found.
    private static let largestPromise = 4096

    /// How much the memory grows by then: seldom, for all keys are hashed again.
    private static let growth = 4

    /// An empty place of the hash table.
    private static let vacant = UInt32.max

    /// Where the map ends.
    private(set) var end = 0

    /// How many pairs there are.
    private(set) var count = 0

    /// Whether some keys are neither strings nor integers, and so cannot be a `CodingKey`.
    private(set) var hasOtherKeys = false

    private var hasIntegerKeys = false

    /// The entry where the next search of a small map begins.
    private var hint = 0

    /// The bytes that the offsets refer to, if they are still there.
    private let source: MessagePackSource

    /// The first `count` are entries of this map, the others are not initialized.
    private var entries = UnsafeMutableBufferPointer<Entry>(start: nil, count: 0)

    /// Indices of entries, each at its key's hash or in the next vacant place. Empty for a small map.
    private var table = UnsafeMutableBufferPointer<UInt32>(start: nil, count: 0)

    init(_ source: MessagePackSource) {
        self.source = source
    }

    deinit {
        entries.deallocate()
        table.deallocate()
    }

    /// Finds the pairs of the map that a token begins, and forgets those of the map before.
    ///
    /// - Parameters:
    ///   - token: the beginning of the map.
    ///   - depth: the depth of its decoder.
    /// - Throws: ``MessagePackFault/duplicateKey`` where two keys are the same string or the same integer.
    func index(_ token: MessagePackToken, depth: Int) throws(MessagePackFault) {
        end = token.start
        count = 0
        hint = 0
        hasIntegerKeys = false
        hasOtherKeys = false
        var capacity = min(token.length, Self.largestPromise)
        reserve(capacity)
        for index in 0..<token.length {
            if index == capacity {
                capacity = min(token.length, capacity * Self.growth)
                reserve(capacity)
            }
            try add(source.reader, depth)
        }
    }

    /// Looks through all the maps of some bytes that an encoder has just written.
    ///
    /// - Throws: ``MessagePackFault/duplicateKey``.
    static func checkKeys(of bytes: UnsafeRawBufferPointer) throws(MessagePackFault) {
        let source = MessagePackSource(MessagePackReader(bytes: bytes))
        let map = MessagePackMap(source)
        var offset = 0
        while offset < bytes.count {
            let token = try source.reader.token(at: offset)
            if token.content == .map { try map.index(token, depth: MessagePackFormat.maximumDepth) }
            offset = token.end
        }
    }

    /// Where the value of a key is.
    @inline(__always)
    func value(for key: some CodingKey) -> Int? {
        if let value = value(for: key.stringValue) { return value }
        guard hasIntegerKeys, let number = key.intValue else { return nil }
        return find(number).index.map { Int(entries[$0].value) }
    }

    /// The keys that can be such ones, in the order of the map.
    func keys<Key: CodingKey>(_ type: Key.Type) -> [Key] {
        var keys: [Key] = []
        keys.reserveCapacity(count)
        for index in 0..<count {
            let entry = entries[index]
            let key: Key? =
                switch entry.kind {
                case .string: Key(stringValue: String(decoding: text(of: entry), as: UTF8.self))
                case .integer: integer(of: entry).flatMap { Key(intValue: $0) }
                case .other: nil
                }
            if let key { keys.append(key) }
        }
        return keys
    }

    private func value(for name: String) -> Int? {
        var name = name
        guard let index = name.withUTF8({ find(UnsafeRawBufferPointer($0)).index }) else { return nil }
        hint = index + 1
        return Int(entries[index].value)
    }
}

// MARK: Building

extension MessagePackMap {
    /// Makes room for this many pairs, with a hash table if they are too many to be searched.
    private func reserve(_ capacity: Int) {
        if entries.count < capacity {
            let larger = UnsafeMutableBufferPointer<Entry>.allocate(capacity: capacity)
            _ = larger.moveInitialize(fromContentsOf: entries[..<count])
            entries.deallocate()
            entries = larger
        }
        table.deallocate()
        table = UnsafeMutableBufferPointer(start: nil, count: 0)
        guard capacity > Self.largestSearched else { return }

        // A power of two, and two thirds full at most, so that a search ends soon.
        let places = capacity + capacity / 2
        table = .allocate(capacity: 1 << (Int.bitWidth - places.leadingZeroBitCount))
        table.initialize(repeating: Self.vacant)
        for index in 0..<count {
            let entry = entries[index]
            switch entry.kind {
            case .string: table[find(text(of: entry)).slot] = UInt32(index)
            case .integer: table[find(integer(of: entry) ?? 0).slot] = UInt32(index)
            case .other: break
            }
        }
    }

    /// Adds the pair that begins where the ones before it end.
    private func add(_ reader: MessagePackReader, _ depth: Int) throws(MessagePackFault) {
        let token = try reader.token(at: end)
        var entry: Entry
        var place: (index: Int?, slot: Int) = (nil, 0)
        if token.content == .string {
            entry = Entry(kind: .string, keyStart: UInt32(token.start), keyLength: UInt32(token.length))
            place = find(reader.content(of: token))
        } else if let number = token.integer {
            entry = Entry(kind: .integer, keyStart: UInt32(end))
            place = find(number)
            hasIntegerKeys = true
        } else {
            entry = Entry(kind: .other, keyStart: UInt32(end))
            hasOtherKeys = true
        }
        guard place.index == nil else { throw .duplicateKey }
        if !table.isEmpty, entry.kind != .other {
            table[place.slot] = UInt32(count)
        }
        let value = try source.end(of: token, depth: depth)
        entry.value = UInt32(value)
        end = try source.end(of: reader.token(at: value), depth: depth)
        entries.initializeElement(at: count, to: entry)
        count += 1
    }
}

// MARK: Searching

extension MessagePackMap {
    private func find(_ text: UnsafeRawBufferPointer) -> (index: Int?, slot: Int) {
        search(hash: { $0.combine(bytes: text) }) { entry in
            // The length first: it is at hand.
            entry.kind == .string && Int(entry.keyLength) == text.count && text.isEqual(to: self.text(of: entry))
        }
    }

    private func find(_ number: Int) -> (index: Int?, slot: Int) {
        search(hash: { $0.combine(number) }) { entry in
            entry.kind == .integer && integer(of: entry) == number
        }
    }

    /// The entry that matches, or else the place of the hash table where it would be.
    @inline(__always)
    private func search(
        hash combine: (inout Hasher) -> Void, _ matches: (Entry) -> Bool
    ) -> (index: Int?, slot: Int) {
        guard !table.isEmpty else {
            for index in hint..<count where matches(entries[index]) { return (index, 0) }
            for index in 0..<hint where matches(entries[index]) { return (index, 0) }
            return (nil, 0)
        }
        // The hash differs from process to process: nobody can choose keys that all fall into one place.
        var hasher = Hasher()
        combine(&hasher)
        var slot = hasher.finalize() & (table.count - 1)
        while table[slot] != Self.vacant {
            let index = Int(table[slot])
            if matches(entries[index]) { return (index, slot) }
            slot = (slot + 1) & (table.count - 1)
        }
        return (nil, slot)
    }

    private func text(of entry: Entry) -> UnsafeRawBufferPointer {
        let bytes = source.reader.bytes
        let start = Int(entry.keyStart)
        let end = start + Int(entry.keyLength)
        // Where the bytes were given back, no key is found.
        guard end <= bytes.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    private func integer(of entry: Entry) -> Int? {
        try? source.reader.token(at: Int(entry.keyStart)).integer
    }
}

extension UnsafeRawBufferPointer {
    @inline(__always)
    func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, count) == 0
    }
}
