import CachetoryTestSupport
import Testing

@testable import Cachetory

/// How a value that displaces many others is set in steps.
@Suite(.timeLimit(.minutes(5))) struct EvictionStepTests {
    typealias Subject = MemoryStoreTests.Subject

    /// The most that a step looks at and moves: its own part, 256 that its last eviction spares, and a small table each
    /// of the keys and of the ghosts.
    private static let longestStep = MemoryStore.evictionStep + 256 + 2 * KeyTable.mostBuckets

    private func full(limit: Int) -> Subject {
        let subject = Subject(limit: limit)
        for number in 0..<limit { _ = subject.set("\(number)", number) }
        return subject
    }

    @Test(arguments: [0, 2]) func `each step is bounded, and the value is there all the while`(_ uses: Int) {
        let subject = full(limit: 20_000)
        for number in 0..<20_000 {
            for _ in 0..<uses { _ = subject.get("\(number)") }
        }
        var debt = subject.begin("large", -1, cost: 20_000).debt
        #expect(debt > 19_000)
        var steps = 0
        while debt > 0 {
            #expect(subject.get("large") == -1)
            let rest = subject.settle("large", debt)
            #expect(rest < debt || uses > 0)
            debt = rest
            steps += 1
        }
        #expect(steps > 20_000 / Self.longestStep)
        #expect(subject.longestStep <= Self.longestStep)
        #expect(subject.get("large") == -1)
        #expect(subject.store.count == 1)
        #expect(subject.living() == 1)
    }

    /// The hashes are dealt out to the small tables of the ghosts in turn, so that all of them are full at once.
    @Test func `small tables that are full at once grow one in a step`() {
        let limit = 20_000
        let subject = Subject(limit: limit)
        for number in 0..<limit {
            let turn = UInt32(number % 16) << 28
            let place = (UInt32(number) &* 2_654_435_761) >> 4
            withUnsafeBytes(of: number) { bytes in
                _ = subject.begin(MemoryKey(bytes: bytes, hash: UInt64(turn | place)), number)
            }
        }
        var debt = subject.begin("large", -1, cost: limit).debt
        while debt > 0 { debt = subject.settle("large", debt) }
        #expect(subject.longestStep <= Self.longestStep)
        #expect(subject.store.count == 1)
    }

    @Test func `filling a large store moves a bounded number at a time`() {
        let subject = full(limit: 60_000)
        for number in 0..<60_000 { _ = subject.set("again \(number)", number) }
        #expect(subject.longestStep <= Self.longestStep)
        #expect(subject.store.count == 60_000)
    }

    @Test func `others evict for themselves alone meanwhile`() {
        let subject = full(limit: 2000)
        var debt = subject.begin("large", -1, cost: 1500).debt
        for number in 0..<500 {
            let setting = subject.begin("new \(number)", number)
            #expect(setting == MemoryStore.Setting(isSet: true))
            #expect(subject.get("new \(number)") == number)
        }
        while debt > 0 { debt = subject.settle("large", debt) }
        #expect(subject.get("large") == -1)
        #expect(subject.store.count <= 501)
    }

    @Test func `a key that is deleted or replaced meanwhile stays so`() {
        let subject = full(limit: 1000)
        var debts = ["deleted", "replaced", "expired"].map { key in
            (key, subject.begin(key, -1, cost: 300).debt)
        }
        #expect(subject.delete("deleted"))
        #expect(subject.set("replaced", 2))
        #expect(subject.expire("expired", .over))
        // Its slot may belong to another now.
        for number in 0..<10 { _ = subject.set("new \(number)", number) }
        for index in debts.indices {
            while debts[index].1 > 0 { debts[index].1 = subject.settle(debts[index].0, debts[index].1) }
        }
        #expect(subject.get("deleted") == nil)
        #expect(subject.get("replaced") == 2)
        #expect(subject.get("expired") == nil)
        #expect(subject.living() == subject.store.count)
        for number in 0..<3000 { _ = subject.set("later \(number)", number) }
        #expect(subject.store.count == 1000)
        #expect(subject.living() == 1000)
    }

    @Test func `of two that need most of the store, one stays`() {
        let subject = full(limit: 1000)
        var (first, second) = (subject.begin("a", 1, cost: 700).debt, subject.begin("b", 2, cost: 700).debt)
        while first + second > 0 {
            if first > 0 { first = subject.settle("a", first) }
            if second > 0 { second = subject.settle("b", second) }
        }
        #expect([subject.get("a"), subject.get("b")].count { $0 != nil } == 1)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `the limit holds whenever nobody owes anything`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = 500
        let subject = Subject(limit: limit)
        var costs: [String: Int] = [:]
        var debts: [(key: String, debt: Int)] = []
        for step in 0..<20_000 {
            let key = "key \(Int.random(in: 0..<1000, using: &random))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where debts.count < 8:
                let cost = Int.random(in: 1...limit, using: &random)
                let debt = subject.begin(key, step, cost: cost).debt
                costs[key] = cost
                if debt > 0 { debts.append((key, debt)) }
            case 1:
                _ = subject.delete(key)
            case 2...6:
                _ = subject.begin(key, step)
                costs[key] = 1
            default:
                guard let index = debts.indices.randomElement(using: &random) else { break }
                debts[index].debt = subject.settle(debts[index].key, debts[index].debt)
                if debts[index].debt == 0 { debts.remove(at: index) }
            }
            if debts.isEmpty, step.isMultiple(of: 10) {
                let there = costs.filter { subject.get($0.key) != nil }
                #expect(there.values.reduce(0, +) <= limit, "step \(step)")
                #expect(subject.living() == there.count)
            }
        }
    }
}
