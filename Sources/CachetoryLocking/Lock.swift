public import CachetorySmallFoundation

/// A state and the POSIX mutex that guards it.
///
/// It has the shape of `Synchronization.Mutex`, which hands itself to the next waiter through the Linux kernel (a futex
/// with priority inheritance): where more threads than cores meet at it, each handing over costs tens of microseconds,
/// hundreds of times as much as with this one. Alone both take about 10 ns.
///
/// `@unchecked Sendable`: only the mutex's owner touches the state. Inlinable and public, since the modules that lock on the
/// path of a call would otherwise pay for a generic entry and a closure, and the compiler inlines nothing across modules
/// that is less than public. No product exports it.
public struct Lock<State: ~Copyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline
    let mutex: UnsafeMutablePointer<pthread_mutex_t>

    @usableFromInline
    let state: UnsafeMutablePointer<State>

    @inlinable
    public init(_ state: consuming sending State) {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        let status = pthread_mutex_init(mutex, nil)
        precondition(status == 0, "a mutex cannot be made: \(status)")
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: state)
    }

    @inlinable
    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Calls a closure that owns the state meanwhile. It must not come back here, which would wait for ever.
    @inlinable
    @inline(__always)
    public borrowing func withLock<Result: ~Copyable, Failure>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }
}
