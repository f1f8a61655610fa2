import CachetoryRedis

extension Benchmark {
    /// The queue of those who wait for a lease, in the form that other modules get it, as ``exchange``. For leases that are
    /// given at once see ``calls``.
    static var pool: [Benchmark] {
        [
            Benchmark(name: "pool/queue", operations: 1000) {
                var queue = LeaseQueue<Member>()
                let member = Member()
                return .blocking {
                    for _ in 0..<10 { try pass(100, through: &queue, to: member) }
                }
            }
        ]
    }

    /// Callers come, and each is served in turn.
    private static func pass(_ count: Int, through queue: inout LeaseQueue<Member>, to member: Member) throws {
        for _ in 0..<count {
            queue.append(Waiter(), .shared, deadline: .distantFuture, isCommandDeadline: false)
        }
        for _ in 0..<count {
            guard let entry = queue.first() else { throw WrongResult() }
            queue.removeFirst(entry.kind)
            try expect(entry.waiter.succeed(member))
        }
    }
}

/// A connection without a socket.
private final class Member: PoolMember, @unchecked Sendable {
    /// Unchecked: a benchmark is one thread.
    var load = 0
    let largeBytes = 0
    let isOccupied = false
    let isAvailable = true
    let lastReply = Timestamp(nanoseconds: 0)
}
