import CachetorySmallFoundation

/// The structure of a binary property list: a header, objects, a table of their offsets, and a trailer.
///
/// Containers refer to other objects by their place in the table.
struct BinaryPropertyList {
    /// One object of the list.
    struct Object {
        enum Kind { case number, string, data, array, dictionary }

        var kind: Kind

        /// Where its content is; for a container, the references.
        var content: Range<Int>
    }

    private static let header = Array("bplist00".utf8)
    private static let trailerSize = 32

    let bytes: UnsafeRawBufferPointer

    /// How many bytes an offset and a reference have.
    private let offsetSize: Int
    let referenceSize: Int

    /// Where the table is, and so where the objects end.
    private let table: Int

    let objectCount: Int

    /// The object that the others are parts of.
    let root: Int

    /// Reads the trailer.
    init(_ bytes: UnsafeRawBufferPointer) throws(CacheSerializationError) {
        let trailer = bytes.count - Self.trailerSize
        guard trailer > Self.header.count, bytes.starts(with: Self.header) else {
            throw Self.corrupt("it does not begin as one")
        }
        self.bytes = bytes
        offsetSize = Int(bytes[trailer + 6])
        referenceSize = Int(bytes[trailer + 7])
        guard (1...8).contains(offsetSize), (1...8).contains(referenceSize),
            let objectCount = Self.integer(in: bytes, at: trailer + 8, size: 8),
            let root = Self.integer(in: bytes, at: trailer + 16, size: 8),
            let table = Self.integer(in: bytes, at: trailer + 24, size: 8),
            table <= trailer, objectCount <= (trailer - table) / offsetSize, root < objectCount
        else {
            throw Self.corrupt("its trailer is wrong")
        }
        self.objectCount = objectCount
        self.root = root
        self.table = table
    }

    /// The object at a place in the table, of a kind that Foundation writes and within the bytes.
    func object(at index: Int) throws(CacheSerializationError) -> Object {
        guard index < objectCount,
            let start = Self.integer(in: bytes, at: table + index * offsetSize, size: offsetSize),
            start >= Self.header.count, start < table
        else {
            throw Self.corrupt("it refers to an object that it does not have")
        }
        let marker = bytes[start]
        let low = Int(marker & 0x0f)
        switch marker & 0xf0 {
        case 0x00 where marker == 0x08 || marker == 0x09: return try object(.number, start + 1, 0, 1)
        case 0x10 where low <= 4: return try object(.number, start + 1, 1 << low, 1)
        case 0x20 where low == 2 || low == 3: return try object(.number, start + 1, 1 << low, 1)
        case 0x30 where low == 3: return try date(at: start + 1)
        case 0x40: return try counted(.data, at: start, size: 1)
        case 0x50: return try counted(.string, at: start, size: 1)
        case 0x60: return try counted(.string, at: start, size: 2)
        case 0xa0: return try counted(.array, at: start, size: referenceSize)
        case 0xd0: return try counted(.dictionary, at: start, size: 2 * referenceSize)
        default: throw Self.corrupt("it has an object of an unknown kind")
        }
    }

    /// The reference at an offset.
    func reference(at offset: Int) throws(CacheSerializationError) -> Int {
        guard let reference = Self.integer(in: bytes, at: offset, size: referenceSize) else {
            throw Self.corrupt("it refers to an object that it does not have")
        }
        return reference
    }

    static func corrupt(_ reason: String) -> CacheSerializationError {
        .corrupt(format: "property list", reason: reason)
    }

    private func date(at start: Int) throws(CacheSerializationError) -> Object {
        let date = try object(.number, start, 8, 1)
        let bits = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        // Foundation traps when it prints a date that is not a number.
        guard Double(bitPattern: bits).isFinite else { throw Self.corrupt("it has a date that is none") }
        return date
    }

    /// An object with its length before its content: in the marker, or as a number behind it.
    private func counted(_ kind: Object.Kind, at start: Int, size: Int) throws(CacheSerializationError) -> Object {
        let short = Int(bytes[start] & 0x0f)
        guard short == 0x0f else { return try object(kind, start + 1, short, size) }

        let marker = start + 1 < table ? bytes[start + 1] : 0
        let width = 1 << Int(marker & 0x0f)
        guard marker & 0xf0 == 0x10, width <= 8,
            let count = Self.integer(in: bytes, at: start + 2, size: width)
        else {
            throw Self.corrupt("it has an object without a length")
        }
        return try object(kind, start + 2 + width, count, size)
    }

    private func object(
        _ kind: Object.Kind, _ start: Int, _ count: Int, _ size: Int
    ) throws(CacheSerializationError) -> Object {
        let (length, isTooLarge) = count.multipliedReportingOverflow(by: size)
        guard !isTooLarge, start <= table, length <= table - start else {
            throw Self.corrupt("it has an object that is longer than the bytes")
        }
        return Object(kind: kind, content: start..<start + length)
    }

    /// A number of some bytes; nil where they are not there or it is too large.
    @inline(__always)
    private static func integer(in bytes: UnsafeRawBufferPointer, at offset: Int, size: Int) -> Int? {
        guard offset >= 0, size <= bytes.count, offset <= bytes.count - size else { return nil }
        // A loop by index: over a slice it takes several times as long, and most of a check is this.
        var number: UInt64 = 0
        for index in offset..<offset + size { number = number << 8 | UInt64(bytes[index]) }
        return Int(exactly: number)
    }
}
