/// Something that happened in a cache.
///
/// ```swift
/// let event = CacheEvent(.hit, key: "user:42", duration: .microseconds(80))
/// print(event.key, event.kind, event.duration)
/// ```
public struct CacheEvent: Sendable {
    /// What happened.
    ///
    /// ```swift
    /// struct FailureLog: CacheObserver {
    ///     func observe(_ event: CacheEvent) {
    ///         if case .decodeFailure(let error) = event.kind { print(event.key ?? "-", error) }
    ///     }
    /// }
    /// ```
    public enum Kind: Sendable {
        /// A key had a value.
        case hit

        /// A key had no value, or an unreadable or stale one, which count as missing.
        case miss

        /// A value was set. Not reported if `ifNotExists` prevented it, nor for a time to live of zero or less, which
        /// stores nothing.
        case set

        /// A key was asked to be deleted, whether it existed or not.
        case delete

        /// A stored value could not be read, and why.
        case decodeFailure(any Error)

        /// A value was computed: a missing or stale one, or one that was refreshed early. Reported once, however many
        /// callers waited for it.
        case compute

        /// An operation failed, or the computation of a value did.
        case error(any Error)
    }

    /// What happened.
    public let kind: Kind

    /// The key without the cache's prefix; nil for an event of no particular key.
    public let key: String?

    /// How long the operation took; for each key of a batch, the whole time. Zero for a decode failure, which is part
    /// of an operation.
    public let duration: Duration

    /// An event, as a cache makes it.
    public init(_ kind: Kind, key: String?, duration: Duration) {
        self.kind = kind
        self.key = key
        self.duration = duration
    }
}
