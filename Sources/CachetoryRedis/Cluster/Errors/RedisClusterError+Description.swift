import CachetoryRESP

extension RedisClusterError: CustomStringConvertible {
    /// One line: which nodes and slots failed and why, how many parts were done, and whether the others may have been
    /// executed.
    public var description: String {
        switch reason {
        case .nodesFailed:
            "a call to the cluster failed\(failures.isEmpty ? "" : " at \(places(separator: "; at "))"); \(summary)"
        case .noNodeAnswered:
            "\(knownNodes) answered\(failures.isEmpty ? "" : ": \(places(separator: "; "))")\(silent); \(outcome)"
        case .slotNotServed(let slot):
            "no node of the cluster serves slot \(slot): see CLUSTER INFO on its nodes; \(outcome)"
        case .crossSlot:
            "the keys of a transaction are of several slots of the cluster, and nothing was sent: give them one hash tag, "
                + "as in {user:42}:name and {user:42}:age"
        case .needsOneNode(let command):
            "a cluster has many nodes, and \(command) is about one of them: send it to each with onEachPrimary; nothing "
                + "was sent"
        case .clusterDisabled(let url):
            "the server is no part of a cluster, for cluster support is disabled there: use \(url)"
        }
    }

    private var summary: String {
        guard parts > 1 else { return "\(outcome)" }
        let mayBeDone = failures.contains { $0.reason.outcome == .unknown }
        let rest = mayBeDone ? "the others may have been executed or not" : "the others were not executed"
        return "\(partsDone) of \(parts) parts were done, and \(rest)"
    }

    private var knownNodes: String {
        let count = max(parts, failedNodes)
        return count == 1 ? "the only node known of the cluster has not" : "none of the \(count) nodes of the cluster"
    }

    /// How many nodes were asked that have neither answered nor failed.
    private var silent: String {
        let count = parts - failedNodes
        return failures.isEmpty || count <= 0 ? "" : "; \(count) more said nothing in time"
    }

    private var failedNodes: Int { Set(failures.map(\.node)).count }

    /// `10.0.0.1:7000 (slot 3): a reason; 10.0.0.2:7000, 10.0.0.3:7000: another one`.
    private func places(separator: String) -> String {
        let groups = failures.grouped { $0.reason.reasonAtNode }.map { reason, failures in
            let nodes = failures.grouped { $0.node }.map { Self.place($0.key, slots: $0.elements.compactMap(\.slot)) }
            return "\(nodes.listed(atMost: Self.shownNodes)): \(reason)"
        }
        return groups.listed(atMost: Self.shownReasons, separator: separator)
    }

    private static func place(_ node: String?, slots: [Int]) -> String {
        let list = slots.map(String.init).listed(atMost: shownSlots)
        let slots = slots.isEmpty ? nil : slots.count == 1 ? "slot \(list)" : "slots \(list)"
        guard let node = node.map({ String(printable: $0, atMost: shownCharacters) }) else {
            return slots ?? "an unknown node"
        }
        return slots.map { "\(node) (\($0))" } ?? node
    }

    /// What is shown of long lists: enough for a cluster of some size, and little enough for a log.
    private static let shownNodes = 64
    private static let shownReasons = 16
    private static let shownSlots = 4

    /// Room for the longest name of a host, and its port.
    private static let shownCharacters = 280
}

extension RedisCallError {
    /// The description without the node and the outcome, which the cluster's error states itself.
    fileprivate var reasonAtNode: String {
        switch self {
        case .server(let error):
            "it refused \(error.subject): \(error)" + error.advicePart(inCluster: true)
        case .timedOut: "no reply before the command's deadline (socket_timeout)"
        case .connectionLost(let reason, _): "the connection was lost: \(reason)"
        case .connectFailed(_, let reason): "cannot connect: \(reason)"
        case .tlsFailed(_, let error): "no encrypted connection: \(error)"
        case .handshakeRefused(_, let error): "it refused the connection: \(error); \(error.adviceAtHandshake)"
        case .protocolViolation(let reason, _): "it does not follow Redis's protocol: \(reason)"
        case .cluster(let error):
            if case .slotNotServed = error.reason { "no node serves it: see CLUSTER INFO" } else { description }
        default: description
        }
    }
}

extension Sequence {
    /// The elements in groups that have something in common, in the order of their first ones.
    fileprivate func grouped<Key: Hashable>(by key: (Element) -> Key) -> [(key: Key, elements: [Element])] {
        var groups: [(key: Key, elements: [Element])] = []
        var positions: [Key: Int] = [:]
        for element in self {
            let common = key(element)
            if let position = positions[common] {
                groups[position].elements.append(element)
            } else {
                positions[common] = groups.count
                groups.append((common, [element]))
            }
        }
        return groups
    }
}

extension [String] {
    /// `a, b and 7 more`.
    fileprivate func listed(atMost limit: Int, separator: String = ", ") -> String {
        let shown = prefix(limit).joined(separator: separator)
        return count > limit ? "\(shown) and \(count - limit) more" : shown
    }
}
