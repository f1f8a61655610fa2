import CachetoryTestSupport
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct S3FIFOTests {
    /// The real one with the evictions that its owner has to ask for, by the names of its elements.
    final class Cache {
        private(set) var entries: S3FIFO<Int>
        private(set) var slots: [Int: Int] = [:]

        /// The most elements that one eviction looked at.
        private(set) var mostTouched = 0

        init(limit: Int) { entries = S3FIFO(limit: limit) }

        func insert(_ name: Int, hash: UInt64, cost: Int = 1) -> [Int] {
            let slot = entries.allocate(name, hash: hash)
            slots[name] = slot
            return makeRoom(for: slot, cost: cost)
        }

        func setCost(_ cost: Int, of name: Int) -> [Int] {
            guard let slot = slots[name] else { return [] }
            entries.remove(slot)
            return makeRoom(for: slot, cost: cost)
        }

        func use(_ name: Int) {
            if let slot = slots[name] { entries.use(slot) }
        }

        func remove(_ name: Int) {
            guard let slot = slots.removeValue(forKey: name) else { return }
            entries.remove(slot)
            entries.free(slot)
        }

        private func makeRoom(for slot: Int, cost: Int) -> [Int] {
            var evicted: [Int] = []
            entries.add(slot, cost: cost)
            while entries.isOverLimit {
                var touched = 0
                guard let victim = entries.evict(touched: &touched) else { break }
                mostTouched = max(mostTouched, touched)
                evicted.append(entries[victim])
                slots[entries[victim]] = nil
                entries.free(victim)
            }
            entries.link(slot)
            return evicted
        }
    }

    @Test(arguments: [1, 2, 5, 10, 37, 100], [1, 2] as [UInt64])
    func `it evicts what the plain model evicts`(_ limit: Int, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let cache = Cache(limit: limit)
        var model = S3FIFOModel(limit: limit)
        for step in 0..<3000 {
            // Few keys are asked for often, many seldom.
            let key = Int.random(in: 0..<Int.random(in: 1...limit * 4, using: &random), using: &random)
            let cost = Int.random(in: 1...max(limit / 5, 1), using: &random)
            switch (cache.slots[key] != nil, Int.random(in: 0..<10, using: &random)) {
            case (true, 0):
                cache.remove(key)
                model.remove(key)
            case (true, 1):
                let (evicted, expected) = (cache.setCost(cost, of: key), model.setCost(cost, of: key))
                #expect(evicted == expected, "step \(step)")
            case (true, _):
                cache.use(key)
                model.use(key)
            case (false, _):
                let hash = UInt64(key) &* 0x9E37_79B9_7F4A_7C15
                let evicted = cache.insert(key, hash: hash, cost: cost)
                let expected = model.insert(key, hash: hash, cost: cost)
                #expect(evicted == expected, "step \(step)")
            }
            #expect(Set(cache.slots.keys) == Set((model.small + model.main).map(\.name)))
            #expect(cache.entries.count == cache.slots.count)
            #expect(model.cost <= limit)
        }
    }

    @Test func `one-time keys pass without displacing what is used`() {
        let cache = Cache(limit: 100)
        for name in 0..<50 {
            _ = cache.insert(name, hash: UInt64(name))
            cache.use(name)
            cache.use(name)
        }
        for name in 1000..<3000 { _ = cache.insert(name, hash: UInt64(name)) }
        #expect((0..<50).allSatisfy { cache.slots[$0] != nil })
    }

    @Test func `what comes back while it is a ghost is kept longer`() {
        let cache = Cache(limit: 10)
        for name in 0..<11 { _ = cache.insert(name, hash: UInt64(name)) }
        #expect(cache.slots[0] == nil)
        _ = cache.insert(0, hash: 0)
        for name in 100..<120 { _ = cache.insert(name, hash: UInt64(name)) }
        #expect(cache.slots[0] != nil)
    }

    @Test func `one eviction spares a bounded number`() {
        let cache = Cache(limit: 2000)
        for name in 0..<2000 {
            _ = cache.insert(name, hash: UInt64(name))
            for _ in 0..<3 { cache.use(name) }
        }
        // All have been used, so the search stops at the 257th, long before it has been around.
        let evicted = cache.insert(2000, hash: 2000)
        #expect(evicted == [256])
        #expect(cache.mostTouched == 257)
    }
}
