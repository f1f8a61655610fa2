import CachetorySmallFoundation

extension BinaryPropertyList {
    /// A property list whose root is the only element of another one's root.
    ///
    /// Foundation encodes no bare string, number, date or nil, but all of them in an array. The array stays behind, as
    /// an object that nothing refers to.
    static func unwrapped(_ list: Data) throws(CacheSerializationError) -> Data {
        let root = try list.bytes.withUnsafeBytes { bytes throws(CacheSerializationError) in
            let list = try BinaryPropertyList(bytes)
            let array = try list.object(at: list.root)
            guard array.kind == .array, array.content.count == list.referenceSize else {
                throw corrupt("its root is not an array of one")
            }
            return try list.reference(at: array.content.lowerBound)
        }
        // The root's number is in the trailer, 16 bytes before the end, in 8 bytes.
        var unwrapped = list
        withUnsafeBytes(of: UInt64(root).bigEndian) { number in
            unwrapped.replaceSubrange(unwrapped.endIndex - 16..<unwrapped.endIndex - 8, with: number)
        }
        return unwrapped
    }
}
