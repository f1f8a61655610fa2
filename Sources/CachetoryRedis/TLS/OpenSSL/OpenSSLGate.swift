import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Who is inside OpenSSL, so that nobody is while it takes itself apart.
///
/// OpenSSL frees what all of it shares as the process exits, in a handler of `atexit`, while the threads of a pool go on:
/// whoever shakes hands at that moment crashes. ``OpenSSL`` therefore asks it not to, which it heeds only if that is the
/// first that it hears in the process. Where another library has called it before, or calls `OPENSSL_cleanup` itself, this
/// gate is shut first: calls that are under way end, and none begins any more.
enum OpenSSLGate {
    /// How many calls are under way. Below zero once it is shut.
    private static let callers = Atomic<Int>(0)

    /// For how long to wait for those: they compute and never wait for anybody, so this is for a thread that was stopped.
    private static let patience = Duration.seconds(1)

    /// Begins a call, to be ended with ``leave()``; or returns false, for ever.
    @inline(__always)
    static func enter() -> Bool {
        if callers.add(1, ordering: .sequentiallyConsistent).newValue > 0 { return true }
        leave()
        return false
    }

    @inline(__always)
    static func leave() {
        callers.subtract(1, ordering: .sequentiallyConsistent)
    }

    /// Lets nobody in from now on, and waits until nobody is inside.
    static func shut() {
        let closed = Int.min / 2
        guard callers.load(ordering: .sequentiallyConsistent) >= 0 else { return }
        callers.add(closed, ordering: .sequentiallyConsistent)
        let end = Timestamp.now + patience
        while callers.load(ordering: .sequentiallyConsistent) > closed, Timestamp.now < end { sched_yield() }
    }
}
