/// The keys used last, to compare with: a dictionary into a list linked through an array.
struct LRUCache {
    private struct Node {
        var key: Int
        var older: Int
        var newer: Int
    }

    private let capacity: Int
    private var positions: [Int: Int] = [:]

    /// Node 0 closes the circle: the newest is the one before it, the oldest the one behind.
    private var nodes = [Node(key: -1, older: 0, newer: 0)]

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Uses a key, which joins the cache if it is not there.
    ///
    /// - Returns: whether it was there.
    mutating func access(_ key: Int) -> Bool {
        if let position = positions[key] {
            unlink(position)
            linkAsNewest(position)
            return true
        }
        if positions.count < capacity {
            nodes.append(Node(key: key, older: 0, newer: 0))
            positions[key] = nodes.count - 1
            linkAsNewest(nodes.count - 1)
        } else {
            let oldest = nodes[0].newer
            unlink(oldest)
            positions[nodes[oldest].key] = nil
            nodes[oldest].key = key
            positions[key] = oldest
            linkAsNewest(oldest)
        }
        return false
    }

    private mutating func unlink(_ position: Int) {
        let node = nodes[position]
        nodes[node.older].newer = node.newer
        nodes[node.newer].older = node.older
    }

    private mutating func linkAsNewest(_ position: Int) {
        let newest = nodes[0].older
        nodes[position].older = newest
        nodes[position].newer = 0
        nodes[newest].newer = position
        nodes[0].older = position
    }
}
