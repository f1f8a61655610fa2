import CachetoryLocking
import CachetoryRESP
import CachetoryRedis

/// Everything that went wrong, counted by kind. Faults are rare, so a lock does.
final class FaultLog: Sendable {
    struct Summary: Sendable {
        var errors = 0
        var wrongValues = 0
        /// Wrong values older than the last acknowledged write.
        var lostReads = 0
        /// How often each error occurred, by its description.
        var kinds: [String: Int] = [:]
        /// The first wrong values, in words.
        var examples: [String] = []
        /// What makes the run a failure in any case, in words.
        var failures: [String] = []
    }
    private let state = Lock(Summary())

    /// As many kinds as a reader would read. Some errors name a connection or a time, so there may be thousands.
    private static let kindLimit = 20

    private static let exampleLimit = 5

    /// Long enough for any sentence.
    private static let textLimit = 200

    func add(_ error: any Error) {
        let firstLine = "\((error as? RedisCallError)?.kind ?? "\(error)")".split(separator: "\n").first ?? ""
        add(errors: 1, String(firstLine.prefix(Self.textLimit)))
    }

    /// Adds errors of one kind.
    func add(errors count: Int, _ kind: String) {
        state.withLock { state in
            state.errors += count
            let isListed = state.kinds[kind] != nil || state.kinds.count < Self.kindLimit
            state.kinds[isListed ? kind : "others", default: 0] += count
        }
    }

    func add(_ difference: WrongValue, key: String) {
        state.withLock { state in
            state.wrongValues += 1
            if case .outdated = difference { state.lostReads += 1 }
            if state.examples.count < Self.exampleLimit { state.examples.append("\(key): \(difference)") }
        }
    }

    /// Adds what no expected error explains.
    func add(failure: String) {
        state.withLock { state in
            guard state.failures.count < Self.exampleLimit, !state.failures.contains(failure) else { return }
            state.failures.append(failure)
        }
    }

    var summary: Summary { state.withLock { $0 } }
}

extension RedisCallError {
    /// The description without a cluster's slots and keys, of which there are thousands.
    fileprivate var kind: String {
        switch self {
        case .server(let error) where error.node != nil:
            let bare = RESPServerError(code: error.code, message: error.message)
            return "\(RedisCallError.server(error.node.map { bare.from(node: $0, slot: nil) } ?? bare))"
        case .cluster(let error):
            if case .slotNotServed = error.reason { return "no node of the cluster serves the slot of a key" }
            var places: Set<RedisClusterError.Failure> = []
            let failures = error.failures
                .map { RedisClusterError.Failure(node: $0.node, slot: nil, $0.reason) }
                .filter { places.insert($0).inserted }
            let kind = RedisClusterError(
                error.reason, failures: failures, partsDone: error.partsDone, parts: error.parts)
            return "\(RedisCallError.cluster(kind))"
        default: return "\(self)"
        }
    }
}
