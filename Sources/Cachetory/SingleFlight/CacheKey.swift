/// A key as the bytes that it is, for sets and dictionaries.
///
/// Two strings that look the same, one with a composed accent and one with a combining mark, are equal to Swift and two
/// keys to every store. So they are here.
struct CacheKey: Hashable, Sendable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: CacheKey, right: CacheKey) -> Bool {
        // Equal bytes are equal strings, and most strings that differ are told apart by their first bytes.
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        // On Linux every string is contiguous, and this copies none.
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension CacheKey {
    /// Refuses keys of a call whose result is a dictionary by `String`, where that could not tell two of them apart.
    ///
    /// - Throws: ``CacheError/equivalentKeys(_:_:)``.
    static func checkDistinct(_ keys: [String]) throws(CacheError) {
        // What is ASCII has no other form.
        if keys.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) { return }
        var seen: [String: String] = [:]
        for key in keys {
            if let other = seen.updateValue(key, forKey: key), CacheKey(other) != CacheKey(key) {
                throw .equivalentKeys(other, key)
            }
        }
    }

    /// Each of the keys once, in the order of their first appearance.
    static func unique(_ keys: some Sequence<String>) -> [CacheKey] {
        var seen: Set<CacheKey> = []
        return keys.lazy.map(CacheKey.init).filter { seen.insert($0).inserted }
    }
}
