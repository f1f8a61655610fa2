public import CachetorySmallFoundation
import Synchronization

/// A ``Lock`` whose owner can let the threads go first that wait for it.
///
/// A POSIX mutex goes to the first that takes it, and a thread that was waiting needs some microseconds to wake up. So one
/// that unlocks and locks again, to do long work in steps, mostly gets it back at once, and others may wait for all of its
/// steps. It calls ``giveWay()`` in between.
///
/// Public as `Lock` is, and for the same reason.
public struct YieldingLock<State: ~Copyable>: ~Copyable, Sendable {
    /// How often a thread looks whether those that waited had their turn. Each look takes a microsecond, or the time that
    /// another thread runs on its processor.
    private static var mostYields: Int { 200 }

    @usableFromInline
    let lock: Lock<State>

    /// How many calls have had to wait, and how many of those have got the lock.
    private let waits = Atomic<UInt>(0)
    private let turns = Atomic<UInt>(0)

    public init(_ state: consuming sending State) {
        lock = Lock(state)
    }

    /// Calls a closure that owns the state meanwhile. It must not come back here, which would wait for ever.
    @inlinable
    @inline(__always)
    public borrowing func withLock<Result: ~Copyable, Failure>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Copied: through `lock`, ThreadSanitizer takes the change of what it points to for one of itself.
        let (mutex, state) = (lock.mutex, lock.state)
        if pthread_mutex_trylock(mutex) != 0 { wait() }
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state.pointee)
    }

    @usableFromInline
    @inline(never)
    borrowing func wait() {
        waits.wrappingAdd(1, ordering: .relaxed)
        pthread_mutex_lock(lock.mutex)
        turns.wrappingAdd(1, ordering: .relaxed)
    }

    /// Waits until each thread that waits for the lock has had it, but not for long. The caller does not own it.
    public borrowing func giveWay() {
        let goal = waits.load(ordering: .relaxed)
        for _ in 0..<Self.mostYields {
            // As a difference, which stays right when the counts wrap around.
            if Int(bitPattern: goal &- turns.load(ordering: .relaxed)) <= 0 { return }
            sched_yield()
        }
    }
}
