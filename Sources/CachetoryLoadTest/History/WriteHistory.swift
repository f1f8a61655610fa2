import CachetoryLocking
import Synchronization

/// The writes of all keys in a run whose server crashes now and then: see ``KeyHistory``.
final class WriteHistory: Sendable {
    /// Some of the keys, with a lock of their own.
    private final class Stripe: Sendable {
        let keys: Lock<[KeyHistory]>

        init(count: Int) {
            keys = Lock(Array(repeating: KeyHistory(), count: count))
        }
    }
    private let stripes: [Stripe]

    /// Mostly more than threads use it.
    private static let stripeCount = 64

    /// How often the server has crashed.
    private let crashes = Atomic(0)

    init(keys: Int) {
        stripes = (0..<Self.stripeCount).map { _ in Stripe(count: (keys + Self.stripeCount - 1) / Self.stripeCount) }
    }

    /// A write that has begun.
    struct Write: Sendable {
        let key: Int
        let version: UInt32
        fileprivate let incarnation: Int
    }

    /// A read that has begun.
    struct Read: Sendable {
        let key: Int
        fileprivate let mark: KeyHistory.ReadMark
    }

    /// Call it after the server's process has ended and before the next starts.
    func noteCrash() {
        crashes.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    /// Nil if somebody else is writing the key.
    func beginWrite(of key: Int) -> Write? {
        let incarnation = crashes.load(ordering: .sequentiallyConsistent)
        return withKey(key) { $0.beginWrite() }.map { Write(key: key, version: $0, incarnation: incarnation) }
    }

    func end(_ write: Write, _ outcome: WriteOutcome) {
        let incarnations = write.incarnation...crashes.load(ordering: .sequentiallyConsistent)
        withKey(write.key) { $0.endWrite(outcome, incarnations: incarnations) }
    }

    func beginRead(of key: Int) -> Read {
        Read(key: key, mark: withKey(key) { $0.beginRead() })
    }

    /// What is wrong with a version that a read has found; nil if it may be there.
    func difference(of version: UInt32, from read: Read) -> WrongValue? {
        withKey(read.key) { $0.difference(of: version, from: read.mark) }
    }

    private func withKey<Result>(_ key: Int, _ body: (inout KeyHistory) -> Result) -> Result {
        stripes[key % Self.stripeCount].keys.withLock { body(&$0[key / Self.stripeCount]) }
    }
}
