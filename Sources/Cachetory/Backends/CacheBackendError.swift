/// What a backend refuses to do, whatever its store.
///
/// What goes wrong between a backend and its server is an error of that backend's own.
///
/// ```swift
/// do {
///     try await AsyncMemoryBackend<Int>().set("key", to: 1, timeToLive: .seconds(Int64.max))
/// } catch CacheBackendError.timeToLiveOutOfRange(let timeToLive) {
///     print("too long:", timeToLive)
/// }
/// ```
public enum CacheBackendError: Error, Equatable {
    /// The backend has been closed.
    case closed

    /// A time to live is longer than a store can count.
    case timeToLiveOutOfRange(Duration)

    /// A deadline is later than a store can count, or not a number; in seconds, since such a `Date` cannot be printed.
    case deadlineOutOfRange(secondsSince1970: Double)

    /// The backend can remove all keys or given ones, but not those with a prefix.
    case cannotClearPrefix

    /// The backend cannot tell how long a key still lives.
    case cannotTellTimeToLive
}

extension CacheBackendError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .closed:
            "the backend is closed; make another one"
        case .timeToLiveOutOfRange(let timeToLive):
            "a time to live of \(timeToLive / .seconds(1)) seconds is too long; "
                + "pass nil, or .forever to a cache, to keep the key for ever"
        case .deadlineOutOfRange(let seconds):
            "a deadline \(seconds) seconds after 1970 is too late; "
                + "pass nil to keep the key for ever"
        case .cannotClearPrefix:
            "the backend cannot remove the keys of one prefix; implement clear(prefix:), or clear it as a whole"
        case .cannotTellTimeToLive:
            "the backend cannot tell how long a key still lives; implement getWithTimeToLive(_:) and "
                + "getManyWithTimeToLive(_:)"
        }
    }
}
