/// Which computations wait for which others: a plain value without locks, which finds waits that would form a cycle.
struct WaitGraph<Node: Hashable> {
    private struct Wait {
        /// The key that is waited for.
        let key: String
        /// A computation may wait for the same one in several of its tasks.
        var count: Int
    }

    private var waits: [Node: [Node: Wait]] = [:]

    var isEmpty: Bool { waits.isEmpty }

    /// Notes that a computation waits for another one, unless that one waits for it already, directly or not.
    ///
    /// - Parameter key: the key that it waits for.
    /// - Returns: nil if the wait was noted; otherwise the keys of the cycle in the order in which they are waited for,
    ///   beginning and ending with the same key.
    mutating func add(_ node: Node, waitingFor other: Node, key: String) -> [String]? {
        if let path = path(from: other, to: node) { return [path.last ?? key, key] + path }
        waits[node, default: [:]][other, default: Wait(key: key, count: 0)].count += 1
        return nil
    }

    /// Takes back a wait that was noted.
    mutating func remove(_ node: Node, waitingFor other: Node) {
        guard var wait = waits[node]?[other] else { return }
        wait.count -= 1
        waits[node]?[other] = wait.count > 0 ? wait : nil
        if waits[node]?.isEmpty == true { waits[node] = nil }
    }

    /// The keys that are waited for on the way from one computation to another; nil if no way leads there.
    private func path(from start: Node, to end: Node) -> [String]? {
        var visited: Set<Node> = [start]
        var open: [(node: Node, keys: [String])] = [(start, [])]
        while let (node, keys) = open.popLast() {
            if node == end { return keys }
            for (next, wait) in waits[node] ?? [:] where visited.insert(next).inserted {
                open.append((next, keys + [wait.key]))
            }
        }
        return nil
    }
}
