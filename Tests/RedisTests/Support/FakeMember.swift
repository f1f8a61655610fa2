import Redis
import Synchronization

/// A connection without a socket, for the pool's policy.
final class FakeMember: PoolMember, Sendable, CustomStringConvertible {
    let name: String
    private let state: Mutex<(load: Int, isAvailable: Bool)>

    init(_ name: String, load: Int = 0, isAvailable: Bool = true) {
        self.name = name
        state = Mutex((load, isAvailable))
    }

    var load: Int {
        get { state.withLock { $0.load } }
        set { state.withLock { $0.load = newValue } }
    }

    var isAvailable: Bool {
        get { state.withLock { $0.isAvailable } }
        set { state.withLock { $0.isAvailable = newValue } }
    }

    var description: String { name }
}
