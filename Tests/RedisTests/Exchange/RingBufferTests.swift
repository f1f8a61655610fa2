import Redis
import Testing

@Suite struct RingBufferTests {
    @Test func `it starts empty`() {
        var ring = RingBuffer<Int>()
        #expect(ring.isEmpty)
        #expect(ring.first == nil)
        #expect(ring.last == nil)
        #expect(ring.popFirst() == nil)
        #expect(ring.popLast() == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `it does what an array does`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var ring = RingBuffer<Int>()
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

    @Test func `what was taken is freed`() {
        final class Payload {}
        var ring = RingBuffer<Payload>()
        weak var taken: Payload?
        do {
            let payload = Payload()
            taken = payload
            ring.append(payload)
            ring.append(Payload())
        }
        #expect(taken != nil)
        _ = ring.popFirst()
        #expect(taken == nil)
    }
}
