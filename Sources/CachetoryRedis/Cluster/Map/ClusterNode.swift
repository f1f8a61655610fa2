import CachetoryLocking
import Synchronization

/// Connections to one node, as a cluster sees them.
package protocol ClusterPool: AnyObject, Sendable {
    /// The node has no slots any more: callers who would have to wait for a connection are told so. With nil it has some
    /// again.
    func retire(_ error: RedisCallError?)

    /// Closes the connections, once what is in flight is over. Returns at once.
    func closeInBackground()
}

private let nextNodeNumber = Atomic<UInt64>(0)

/// A primary of a cluster, and its connections, which are made when a call first needs them.
package final class ClusterNode<Pool: ClusterPool>: Sendable {
    /// As the cluster announces it.
    package let address: RedisClientConfiguration.Address

    /// Threads that need connections of several nodes take them in the order of these, so that no two wait for each other.
    let number = nextNodeNumber.add(1, ordering: .relaxed).newValue

    /// When it was first heard of.
    let madeAt = Timestamp.now

    let health: NodeHealth

    private let makePool: @Sendable (NodeHealth) -> Pool

    /// Where its ``pool`` is, which is retained for it; zero until there is one. Set once. An `AtomicLazyReference` would be
    /// generic code to its users, who take it for each call.
    private let poolAddress = Atomic<UInt>(0)

    /// The version of the routes that last said whether it serves slots.
    private let servingSince = Lock<UInt64>(0)

    private let isClosed = Lock(false)

    init(
        _ address: RedisClientConfiguration.Address, makePool: @escaping @Sendable (NodeHealth) -> Pool,
        requestRefresh: @escaping @Sendable (RedisClientConfiguration.Address) -> Void
    ) {
        self.address = address
        self.makePool = makePool
        health = NodeHealth(of: address, requestRefresh: requestRefresh)
    }

    deinit {
        unmanagedPool?.release()
    }

    /// Its connections.
    @inline(__always)
    package var pool: Pool { poolInUse ?? makePoolNow() }

    /// Its connections, if a call has ever needed them.
    @inline(__always)
    package var poolInUse: Pool? {
        unmanagedPool?.takeUnretainedValue()
    }

    @inline(__always)
    private var unmanagedPool: Unmanaged<Pool>? {
        UnsafeRawPointer(bitPattern: poolAddress.load(ordering: .acquiring)).map(Unmanaged.fromOpaque)
    }

    @inline(never)
    private func makePoolNow() -> Pool {
        // The lock has one of both see what the other one did: this the end, or that the pool.
        let (pool, isClosed) = isClosed.withLock { isClosed in
            if let pool = poolInUse { return (pool, isClosed) }
            let pool = makePool(health)
            poolAddress.store(UInt(bitPattern: Unmanaged.passRetained(pool).toOpaque()), ordering: .releasing)
            return (pool, isClosed)
        }
        if isClosed { pool.closeInBackground() }
        return pool
    }

    /// Has no connections made any more.
    ///
    /// - Returns: those that there are, to be closed.
    func close() -> Pool? {
        isClosed.withLock { isClosed in
            isClosed = true
            return poolInUse
        }
    }
}

extension ClusterNode {
    /// Tells its connections whether it serves slots, as the routes of a version say: several may be about to at once.
    func setServing(_ isServing: Bool, version: UInt64) {
        servingSince.withLock { last in
            guard version > last else { return }
            last = version
            poolInUse?.retire(
                isServing
                    ? nil : .connectionLost(reason: "\(address) has no slots of the cluster any more", .notExecuted))
        }
    }

    /// It has no slots, or none any more, and gets one just now: there is something to wait for.
    func serveImported() {
        servingSince.withLock { _ in poolInUse?.retire(nil) }
    }
}
