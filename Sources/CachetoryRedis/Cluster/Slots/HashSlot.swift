package import CachetoryRESP
package import CachetorySmallFoundation

/// One of the 16,384 parts into which Redis Cluster divides all keys: CRC16 of the key, modulo 16,384.
///
/// Of a key with a hash tag, as `{user:1}.name`, only the tag counts: keys of the same tag are in the same slot. See the
/// [Redis Cluster specification](https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
package struct HashSlot: Sendable, Hashable {
    package static let count = 16_384

    /// Below ``count``. Two bytes, as a split keeps one for each key.
    private let stored: UInt16

    package var number: Int { Int(stored) }

    /// The slot of a number; nil unless that is below ``count``, and not negative.
    package init?(_ number: Int) {
        guard (0..<Self.count).contains(number) else { return nil }
        stored = UInt16(truncatingIfNeeded: number)
    }

    /// The slot of a key. In linear time, without an allocation.
    ///
    /// Borrowed, for an initializer would take the key as its own otherwise, and so have it retained for each call.
    package init(of key: borrowing String) {
        let slot = key.utf8.withContiguousStorageIfAvailable { HashSlot(of: UnsafeRawBufferPointer($0)) }
        self = slot ?? HashSlot(converting: copy key)
    }

    package init(of key: Data) {
        self = key.bytes.withUnsafeBytes { HashSlot(of: $0) }
    }

    package init(of key: UnsafeRawBufferPointer) {
        // The count is a power of two.
        stored = CRC16.checksum(of: Self.hashedPart(of: key)) & UInt16(Self.count - 1)
    }

    /// Strings that came from Objective-C are not UTF-8 yet.
    @inline(never)
    private init(converting key: String) {
        var key = key
        self = key.withUTF8 { HashSlot(of: UnsafeRawBufferPointer($0)) }
    }

    /// What stands between the first `{` and the first `}` behind it; all of the key where there is nothing between them,
    /// or not both.
    private static func hashedPart(of key: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let start = key.baseAddress, let open = memchr(start, CInt(UInt8(ascii: "{")), key.count) else {
            return key
        }
        let tag = UnsafeRawPointer(open) + 1
        let rest = key.count - (tag - start)
        guard let close = memchr(tag, CInt(UInt8(ascii: "}")), rest) else { return key }
        let length = UnsafeRawPointer(close) - tag
        return length == 0 ? key : UnsafeRawBufferPointer(start: tag, count: length)
    }
}

extension HashSlot: Comparable {
    package static func < (left: HashSlot, right: HashSlot) -> Bool { left.stored < right.stored }
}

extension RESPArgument {
    /// The slot of a key that is an argument of a command: of the bytes that are sent for it.
    package var hashSlot: HashSlot {
        switch self {
        case .string(let key): HashSlot(of: key)
        case .bytes(let key): HashSlot(of: key)
        case .integer(let number): HashSlot(of: number.description)
        }
    }
}
