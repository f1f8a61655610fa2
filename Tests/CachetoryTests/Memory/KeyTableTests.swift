import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct KeyTableTests {
    /// The fewer hashes there are, the more slots compete for the same buckets.
    @Test(arguments: [1, 4, 20, .max] as [UInt64])
    func `it finds what a dictionary would`(_ hashes: UInt64) {
        var random = SeededRandom(seed: hashes)
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
