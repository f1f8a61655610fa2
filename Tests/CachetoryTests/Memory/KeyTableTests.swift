import CachetoryTestSupport
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct KeyTableTests {
    /// The fewer hashes there are, the more slots compete for the same buckets.
    @Test(arguments: [1, 4, 20, .max] as [UInt64])
    func `it finds what a dictionary would`(_ hashes: UInt64) {
        var random = SeededGenerator(seed: hashes)
        var table = KeyTable()
        var model: [Int: UInt64] = [:]
        for _ in 0..<5000 {
            let slot = Int.random(in: 0..<200, using: &random)
            if let hash = model[slot] {
                #expect(table.slot(hash: hash, where: { $0 == slot }) == slot)
                if Bool.random(using: &random) {
                    table.remove(slot, hash: hash)
                    model[slot] = nil
                    #expect(table.slot(hash: hash, where: { $0 == slot }) == nil)
                }
            } else {
                let hash = UInt64.random(in: 0..<hashes, using: &random)
                table.insert(slot, hash: hash)
                model[slot] = hash
            }
            #expect(table.count == model.count)
        }
        for (slot, hash) in model {
            #expect(table.slot(hash: hash, where: { $0 == slot }) == slot)
        }
    }

    @Test func `keys are found after their small tables were split, and growing moves a bounded number of them`() {
        var random = SeededGenerator(seed: 1)
        var table = KeyTable()
        let hashes = (0..<100_000).map { _ in UInt64.random(in: 0...(.max), using: &random) }
        var most = 0
        for (slot, hash) in hashes.enumerated() {
            let before = table.moved
            table.insert(slot, hash: hash)
            most = max(most, table.moved - before)
        }
        #expect(most <= KeyTable.mostBuckets)
        let missing = hashes.indices.count { slot in table.slot(hash: hashes[slot], where: { $0 == slot }) != slot }
        #expect(missing == 0)
        for slot in stride(from: 0, to: hashes.count, by: 2) { table.remove(slot, hash: hashes[slot]) }
        let left = hashes.indices.filter { slot in table.slot(hash: hashes[slot], where: { $0 == slot }) == slot }
        #expect(left == Array(stride(from: 1, to: hashes.count, by: 2)))
        #expect(table.count == 50_000)
    }

    @Test func `hashes that no split tells apart are found too`() {
        var table = KeyTable()
        // The first bits, by which small tables are split, are the same in all of them.
        for slot in 0..<10_000 { table.insert(slot, hash: UInt64(slot % 64)) }
        let missing = (0..<10_000).count { slot in table.slot(hash: UInt64(slot % 64), where: { $0 == slot }) != slot }
        #expect(missing == 0)
    }

    @Test func `an empty table has nothing`() {
        #expect(KeyTable().slot(hash: 0, where: { _ in true }) == nil)
    }

    @Test func `hashes at the end of the table wrap around`() {
        var table = KeyTable()
        for slot in 0..<8 { table.insert(slot, hash: 15) }
        for slot in 0..<8 {
            #expect(table.slot(hash: 15, where: { $0 == slot }) == slot)
            table.remove(slot, hash: 15)
        }
        #expect(table.count == 0)
    }
}
