import CachetoryTestSupport
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct SlotQueueTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `two queues of one pool keep their order`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var pool = SlotPool<Int>()
        var queues = [SlotQueue(), SlotQueue()]
        var models: [[Int]] = [[], []]
        for step in 0..<2000 {
            let which = Int.random(in: 0...1, using: &random)
            if models[which].count < 30, Bool.random(using: &random) {
                let slot = pool.allocate(step)
                queues[which].append(slot, in: &pool)
                models[which].append(slot)
            } else if let position = models[which].indices.randomElement(using: &random) {
                let slot = models[which].remove(at: position)
                queues[which].remove(slot, in: &pool)
                pool.free(slot)
            }
            #expect(queues[which].oldest == models[which].first)
            #expect(queues[which].count == models[which].count)
        }
        for which in 0...1 {
            while let slot = queues[which].oldest {
                let expected = models[which].removeFirst()
                #expect(slot == expected)
                queues[which].remove(slot, in: &pool)
            }
            #expect(models[which].isEmpty)
        }
    }

    @Test func `growing moves a bounded number of slots, and all keep their numbers`() {
        let elements = Elements()
        do {
            var pool = SlotPool<Elements.One>()
            var most = 0
            for number in 0..<10_000 {
                let before = pool.moved
                let slot = pool.allocate(Elements.One(number, of: elements))
                #expect(slot == number)
                most = max(most, pool.moved - before)
            }
            #expect(most <= 1024)
            #expect(pool.capacity == 10_000)
            let wrong = (0..<10_000).count { pool[$0].number != $0 }
            #expect(wrong == 0)
            #expect(elements.count == 10_000)
        }
        #expect(elements.count == 0)
    }

    /// Counts those that are alive.
    final class Elements {
        final class One {
            let number: Int
            private let all: Elements

            init(_ number: Int, of all: Elements) {
                self.number = number
                self.all = all
                all.count += 1
            }

            deinit { all.count -= 1 }
        }

        fileprivate(set) var count = 0
    }

    @Test func `freed slots are used before the pool grows`() {
        var pool = SlotPool<String>()
        let slots = ["a", "b", "c"].map { pool.allocate($0) }
        pool.free(slots[0])
        pool.free(slots[2])
        let again = [pool.allocate("d"), pool.allocate("e")]
        #expect(Set(again) == [slots[0], slots[2]])
        #expect(pool.capacity == 3)
        let new = pool.allocate("f")
        #expect(new == 3)
        #expect([slots[1], again[0], again[1], new].map { pool[$0] } == ["b", "d", "e", "f"])
    }
}
