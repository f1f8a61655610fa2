import CachetoryLocking
import CachetoryRedis

/// A connection without a socket, for the pool's policy.
final class FakeMember: PoolMember, Sendable, CustomStringConvertible {
    let name: String
    private let state: Lock<(load: Int, largeBytes: Int, isOccupied: Bool, isAvailable: Bool, lastReply: Timestamp)>

    init(_ name: String, load: Int = 0, isAvailable: Bool = true, lastReply: Timestamp = .now) {
        self.name = name
        state = Lock((load, 0, false, isAvailable, lastReply))
    }

    var load: Int {
        get { state.withLock { $0.load } }
        set { state.withLock { $0.load = newValue } }
    }

    var largeBytes: Int {
        get { state.withLock { $0.largeBytes } }
        set { state.withLock { $0.largeBytes = newValue } }
    }

    var isOccupied: Bool {
        get { state.withLock { $0.isOccupied } }
        set { state.withLock { $0.isOccupied = newValue } }
    }

    var isAvailable: Bool {
        get { state.withLock { $0.isAvailable } }
        set { state.withLock { $0.isAvailable = newValue } }
    }

    var lastReply: Timestamp {
        get { state.withLock { $0.lastReply } }
        set { state.withLock { $0.lastReply = newValue } }
    }

    var description: String { name }
}
