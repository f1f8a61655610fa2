import CachetorySmallFoundation

extension BinaryPropertyList {
    /// How deep containers nest at most, as deep as Foundation's JSON.
    static let maximumDepth = 512

    /// Room for so many open containers is made at once.
    private static let usualDepth = 16

    /// How many bytes the objects may have together, each counted as often as it is referred to: Redis' largest string.
    ///
    /// A list may refer to one object many times, and each time becomes a value of its own.
    static let maximumSize = CompressionLimit.standard

    /// Checks a whole list: see ``check()``.
    static func check(_ list: Data) throws(CacheSerializationError) {
        try list.bytes.withUnsafeBytes { bytes throws(CacheSerializationError) in
            try BinaryPropertyList(bytes).check()
        }
    }

    /// Checks everything that can be reached from the root, in time and memory that the bytes bound.
    ///
    /// - Throws: ``CacheSerializationError/corrupt(format:reason:)`` unless all of it is within the bytes, every
    ///   container is a part of one other and none of itself, and keys are strings.
    func check() throws(CacheSerializationError) {
        // The references of each open container that are still to be followed.
        var open: [Range<Int>] = []
        open.reserveCapacity(Self.usualDepth)
        var isVisited = [Bool](repeating: false, count: objectCount)
        var remaining = Self.maximumSize
        var next: Int? = root
        while let index = next {
            let object = try object(at: index)
            remaining -= object.content.count
            guard remaining >= 0 else {
                throw .tooLarge(format: "property list", limit: Self.maximumSize)
            }
            if object.kind == .array || object.kind == .dictionary {
                guard !isVisited[index] else {
                    throw Self.corrupt("a container is in several places")
                }
                isVisited[index] = true
                guard open.count < Self.maximumDepth else {
                    throw Self.corrupt("it nests deeper than \(Self.maximumDepth) levels")
                }
                if object.kind == .dictionary { try checkKeys(of: object) }
                open.append(object.content)
            }
            while open.last?.isEmpty == true {
                open.removeLast()
            }
            next = try takeReference(from: &open)
        }
    }

    private func takeReference(from open: inout [Range<Int>]) throws(CacheSerializationError) -> Int? {
        guard let innermost = open.indices.last else { return nil }
        let start = open[innermost].lowerBound
        open[innermost] = start + referenceSize..<open[innermost].upperBound
        return try reference(at: start)
    }

    /// The first half of a dictionary's references are its keys.
    private func checkKeys(of dictionary: Object) throws(CacheSerializationError) {
        let keys = dictionary.content.lowerBound..<dictionary.content.lowerBound + dictionary.content.count / 2
        for offset in stride(from: keys.lowerBound, to: keys.upperBound, by: referenceSize) {
            guard try object(at: reference(at: offset)).kind == .string else {
                throw Self.corrupt("it has a key that is not a string")
            }
        }
    }
}
