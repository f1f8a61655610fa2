import CachetoryLocking
import CachetoryRedis

/// Counts the latencies and the errors of each node of a cluster, from all workers at once.
///
/// An operation counts for the node that, to the client's knowledge, serves its key when it ends. One on several keys counts
/// for each of their nodes.
final class NodeRecorder: Sendable {
    private struct State {
        /// By the client's numbers of nodes, which are small.
        var byNumber: [LatencyRecorder?] = []
        var byAddress: [String: LatencyRecorder] = [:]
        var errors: [String: Int] = [:]
    }
    private let state = Lock(State())
    private let places: KeyPlaces

    /// More rows than anybody reads. Nodes that come later share one.
    private static let nodeLimit = 64

    /// The name of that row.
    static let others = "other nodes"

    init(_ places: KeyPlaces) {
        self.places = places
    }

    /// Counts a successful operation.
    func record(_ operation: Operation, _ nanoseconds: UInt64) {
        switch operation {
        case .get(let key), .set(let key):
            recorder(of: key)?.record(nanoseconds)
        case .getMany(let keys), .setMany(let keys):
            var seen: [LatencyRecorder] = []
            for key in keys {
                guard let recorder = recorder(of: key), !seen.contains(where: { $0 === recorder }) else { continue }
                seen.append(recorder)
                recorder.record(nanoseconds)
            }
        }
    }

    /// Counts a failed operation: for the nodes that the error names, or else for those of its keys.
    func noteFailure(of operation: Operation, _ error: any Error) {
        var addresses = Set((error as? RedisCallError)?.nodes ?? [])
        if addresses.isEmpty {
            addresses = Set(operation.keys.compactMap { places.owner(of: $0).map { "\($0.address)" } })
        }
        state.withLock { state in
            for address in addresses { state.errors[Self.name(of: address, &state), default: 0] += 1 }
        }
    }

    /// What was counted so far, in the order of the addresses.
    var samples: [NodeSample] {
        let (recorders, errors) = state.withLock { ($0.byAddress, $0.errors) }
        return Set(recorders.keys).union(errors.keys).sorted().map { address in
            NodeSample(
                address: address, latencies: recorders[address]?.histogram() ?? Histogram(),
                errors: errors[address] ?? 0)
        }
    }

    private func recorder(of key: Int) -> LatencyRecorder? {
        guard let owner = places.owner(of: key) else { return nil }
        return state.withLock { state in
            if owner.number < state.byNumber.count, let recorder = state.byNumber[owner.number] { return recorder }
            return Self.makeRecorder(of: owner, &state)
        }
    }

    /// The recorder of a node whose number is new.
    @inline(never)
    private static func makeRecorder(of owner: SlotOwners.Owner, _ state: inout State) -> LatencyRecorder {
        let name = name(of: "\(owner.address)", &state)
        let recorder = state.byAddress[name] ?? LatencyRecorder(copies: .four)
        state.byAddress[name] = recorder
        let missing = owner.number + 1 - state.byNumber.count
        if missing > 0 { state.byNumber += Array(repeating: nil, count: missing) }
        state.byNumber[owner.number] = recorder
        return recorder
    }

    /// The name of a node's row.
    private static func name(of address: String, _ state: inout State) -> String {
        let isKnown = state.byAddress[address] != nil || state.errors[address] != nil
        return isKnown || max(state.byAddress.count, state.errors.count) < nodeLimit ? address : others
    }
}

extension RedisCallError {
    /// The nodes of a cluster that it names.
    fileprivate var nodes: [String] {
        switch self {
        case .cluster(let error): error.failures.compactMap(\.node)
        case .server(let error): error.node.map { [$0] } ?? []
        default: []
        }
    }
}
