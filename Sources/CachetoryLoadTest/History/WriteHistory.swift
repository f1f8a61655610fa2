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
    private let count: Int

    /// Mostly more than threads use it.
    private static let stripeCount = 64

    private let lost = Atomic(0)

    init(keys: Int) {
        count = keys
        stripes = (0..<Self.stripeCount).map { _ in Stripe(count: (keys + Self.stripeCount - 1) / Self.stripeCount) }
    }

    /// A write that has begun.
    struct Write: Sendable {
        let key: Int
        let version: UInt32
    }

    /// A read that has begun.
    struct Read: Sendable {
        let key: Int
        fileprivate let mark: KeyHistory.ReadMark
    }

    /// Nil if somebody else is writing the key.
    func beginWrite(of key: Int) -> Write? {
        withKey(key) { $0.beginWrite() }.map { Write(key: key, version: $0) }
    }

    func end(_ write: Write, _ outcome: WriteOutcome) {
        withKey(write.key) { $0.endWrite(outcome) }
    }

    func beginRead(of key: Int) -> Read {
        Read(key: key, mark: withKey(key) { $0.beginRead() })
    }

    /// What is wrong with a version that a read has found; nil if it may be there.
    func difference(of version: UInt32, from read: Read) -> WrongValue? {
        withKey(read.key) { history in
            history.difference(of: version, from: read.mark) { lost.wrappingAdd($0, ordering: .relaxed) }
        }
    }

    /// How many acknowledged writes were lost in failovers that may lose some, as far as reads have found out.
    var lostInFailover: Int { lost.load(ordering: .relaxed) }

    private func withKey<Result>(_ key: Int, _ body: (inout KeyHistory) -> Result) -> Result {
        stripes[key % Self.stripeCount].keys.withLock { body(&$0[key / Self.stripeCount]) }
    }
}

extension WriteHistory {
    /// Call it after the server's process has ended and before the next starts.
    func noteCrash() {
        change { $0.crash() }
    }

    /// Notes a fault of some keys' server.
    func change(keysWhere isAffected: (Int) -> Bool = { _ in true }, _ body: (inout KeyHistory) -> Void) {
        for key in 0..<count where isAffected(key) { withKey(key, body) }
    }
}
