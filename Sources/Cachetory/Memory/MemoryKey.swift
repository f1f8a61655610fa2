import CachetorySmallFoundation

/// A key while it is looked for: its UTF-8 bytes, as Redis sees it, and their hash. It is valid only within the call that
/// made it.
///
/// Two strings that look the same, one with a composed accent and one with a combining mark, are equal to Swift and two
/// keys to Redis. So they are here.
struct MemoryKey {
    let bytes: UnsafeRawBufferPointer
    let hash: UInt64

    func matches(_ stored: [UInt8]) -> Bool {
        stored.withUnsafeBytes { stored in
            guard bytes.count == stored.count else { return false }
            guard let left = bytes.baseAddress, let right = stored.baseAddress else { return true }
            return memcmp(left, right, bytes.count) == 0
        }
    }
}

extension KeyHash {
    /// Calls a closure with the key that a string is.
    @inline(__always)
    func withKey<Result>(_ string: String, _ body: (MemoryKey) throws -> Result) rethrows -> Result {
        // On Linux every string is contiguous, and this copies none.
        var string = string
        return try string.withUTF8 { characters in
            let bytes = UnsafeRawBufferPointer(characters)
            return try body(MemoryKey(bytes: bytes, hash: hash(bytes)))
        }
    }
}
