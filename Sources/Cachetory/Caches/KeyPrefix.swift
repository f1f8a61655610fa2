/// The prefix of all keys of a cache in its backend: applied and removed only here.
struct KeyPrefix: Sendable {
    let text: String
    private let length: Int

    init(_ text: String) {
        self.text = text
        length = text.utf8.count
    }

    /// The backend's key for a key of the cache.
    func adding(to key: String) -> String {
        length == 0 ? key : text + key
    }

    func adding(to keys: [String]) -> [String] {
        length == 0 ? keys : keys.map { text + $0 }
    }

    /// The cache's key for one of the backend, made by ``adding(to:)``. By bytes: a key that begins with a combining
    /// mark forms one character with the end of the prefix.
    func removing(from key: String) -> String {
        length == 0 ? key : String(decoding: key.utf8.dropFirst(length), as: UTF8.self)
    }
}
