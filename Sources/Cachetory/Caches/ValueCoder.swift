/// A serializer and what happens when it fails to read: the same for async and sync.
struct ValueCoder<Format: CacheSerializer>: Sendable {
    private let format: Format
    private let policy: CacheDecodeFailurePolicy
    private let observer: (any CacheObserver)?

    /// Whether a layer above has to tell the serializer's errors from the backend's.
    private let marksErrors: Bool

    init(_ format: Format, options: CacheOptions) {
        self.format = format
        policy = options.decodeFailure
        observer = options.observer
        marksErrors = options.freshness != nil
    }

    @inline(__always)
    func encode(_ value: Format.Value) throws -> Format.Wire {
        if !marksErrors { return try format.serialize(value) }
        do {
            return try format.serialize(value)
        } catch {
            throw CodingFailure(cause: error)
        }
    }

    /// - Parameter key: of the cache, for the observer.
    /// - Returns: nil for what cannot be read and counts as missing.
    @inline(__always)
    func decode(_ wire: Format.Wire, _ key: String) throws -> Format.Value? {
        do {
            return try format.deserialize(wire)
        } catch {
            return try recover(from: error, key)
        }
    }

    private func recover(from error: any Error, _ key: String) throws -> Format.Value? {
        observer?.observe(CacheEvent(.decodeFailure(error), key: key, duration: .zero))
        guard policy == .miss else { throw marksErrors ? CodingFailure(cause: error) : error }
        return nil
    }
}
