import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RingBufferTests {
    /// A class, since `#expect` takes no value that cannot be copied.
    private final class Ring<Element> {
        private var ring = RingBuffer<Element>()

        var isEmpty: Bool { ring.isEmpty }
        var count: Int { ring.count }
        var first: Element? { ring.first }
        var last: Element? { ring.last }
        subscript(offset: Int) -> Element {
            get { ring[offset] }
            set { ring[offset] = newValue }
        }
        func append(_ element: Element) { ring.append(element) }
        func popFirst() -> Element? { ring.popFirst() }
        func popLast() -> Element? { ring.popLast() }
    }

    @Test func `it starts empty`() {
        let ring = Ring<Int>()
        #expect(ring.isEmpty)
        #expect(ring.first == nil)
        #expect(ring.last == nil)
        #expect(ring.popFirst() == nil)
        #expect(ring.popLast() == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it does what an array does`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ring = Ring<Int>()
        var model: [Int] = []
        for step in 0..<5000 {
            // Grows for a while, then shrinks.
            switch Int.random(in: 0..<(step / 500 % 2 == 0 ? 5 : 9), using: &random) {
            case 0: #expect(ring.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            case 1: #expect(ring.popLast() == model.popLast())
            case 2 where !model.isEmpty:
                let offset = Int.random(in: model.indices, using: &random)
                ring[offset] += 1
                model[offset] += 1
            case 5...7: #expect(ring.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            default:
                ring.append(step)
                model.append(step)
            }
            #expect(ring.count == model.count)
            #expect(ring.first == model.first)
            #expect(ring.last == model.last)
        }
        #expect((0..<ring.count).map { ring[$0] } == model)
    }

    @Test func `what was taken is freed, and what is left with the queue`() {
        final class Payload {}
        weak var taken: Payload?
        weak var left: Payload?
        do {
            let ring = Ring<Payload>()
            do {
                let (first, second) = (Payload(), Payload())
                (taken, left) = (first, second)
                // More than it begins with: it grows, from a place in its middle.
                for _ in 0..<10 { ring.append(Payload()) }
                for _ in 0..<10 { _ = ring.popFirst() }
                ring.append(first)
                ring.append(second)
                for _ in 0..<40 { ring.append(Payload()) }
            }
            #expect(taken != nil)
            _ = ring.popFirst()
            #expect(taken == nil)
            #expect(left != nil)
        }
        #expect(left == nil)
    }
}
