/// Receives the events of a cache: for metrics and logs.
///
/// ```swift
/// struct SlowLog: CacheObserver {
///     func observe(_ event: CacheEvent) {
///         if event.duration > .milliseconds(100) { print("slow:", event.key ?? "-", event.duration) }
///     }
/// }
/// let cache = AsyncCache<String>.memory(options: CacheOptions(observer: SlowLog()))
/// ```
///
/// It is called on the path of every operation, from many tasks and threads at once, and should return soon.
/// ``CacheCounters`` is one that counts.
public protocol CacheObserver: Sendable {
    /// Handles an event.
    ///
    /// The operation is over, and its caller waits until this returns.
    func observe(_ event: CacheEvent)
}
