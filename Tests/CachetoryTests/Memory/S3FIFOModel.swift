/// S3-FIFO in the plainest words, with arrays, to compare the real one with.
struct S3FIFOModel {
    struct Entry: Equatable {
        let name: Int
        let hash: UInt64
        var cost: Int
        var uses = 0
    }

    let limit: Int
    var small: [Entry] = []
    var main: [Entry] = []
    var ghosts: [UInt64] = []

    var cost: Int { (small + main).map(\.cost).reduce(0, +) }

    mutating func use(_ name: Int) {
        change(name) { $0.uses = min($0.uses + 1, 3) }
    }

    mutating func remove(_ name: Int) {
        small.removeAll { $0.name == name }
        main.removeAll { $0.name == name }
    }

    /// - Returns: what was evicted, in that order.
    mutating func insert(_ name: Int, hash: UInt64, cost: Int) -> [Int] {
        let isGhost = ghosts.contains(hash)
        ghosts.removeAll { $0 == hash }
        let evicted = makeRoom(for: cost)
        let entry = Entry(name: name, hash: hash, cost: cost)
        if isGhost { main.append(entry) } else { small.append(entry) }
        return evicted
    }

    /// - Returns: what was evicted, in that order.
    mutating func setCost(_ cost: Int, of name: Int) -> [Int] {
        let isSmall = small.contains { $0.name == name }
        guard var entry = (small + main).first(where: { $0.name == name }) else { return [] }
        remove(name)
        let evicted = makeRoom(for: cost)
        entry.cost = cost
        if isSmall { small.append(entry) } else { main.append(entry) }
        return evicted
    }

    private mutating func makeRoom(for cost: Int) -> [Int] {
        var evicted: [Int] = []
        while self.cost + cost > limit {
            if small.map(\.cost).reduce(0, +) >= max(limit / 10, 1) || main.isEmpty {
                var entry = small.removeFirst()
                if entry.uses > 1 {
                    entry.uses = 0
                    main.append(entry)
                } else {
                    ghosts.removeAll { $0 == entry.hash }
                    ghosts.append(entry.hash)
                    let count = small.count + main.count
                    ghosts.removeFirst(min(max(ghosts.count - (count - count / 10), 0), 2))
                    evicted.append(entry.name)
                }
            } else {
                var entry = main.removeFirst()
                if entry.uses > 0 {
                    entry.uses -= 1
                    main.append(entry)
                } else {
                    evicted.append(entry.name)
                }
            }
        }
        return evicted
    }

    private mutating func change(_ name: Int, _ body: (inout Entry) -> Void) {
        if let index = small.firstIndex(where: { $0.name == name }) { body(&small[index]) }
        if let index = main.firstIndex(where: { $0.name == name }) { body(&main[index]) }
    }
}
