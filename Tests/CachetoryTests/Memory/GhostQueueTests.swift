import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct GhostQueueTests {
    @Test func `the oldest are forgotten first`() {
        var ghosts = GhostQueue()
        for hash in 1...5 as ClosedRange<UInt64> { ghosts.insert(hash) }
        ghosts.trim(to: 3, atMost: 5)
        #expect((1...5).map { ghosts.contains($0) } == [false, false, true, true, true])
    }

    @Test func `one added again is the newest`() {
        var ghosts = GhostQueue()
        for hash in [1, 2, 3, 1] as [UInt64] { ghosts.insert(hash) }
        #expect(ghosts.count == 3)
        ghosts.trim(to: 1, atMost: 5)
        let isThere = ghosts.contains(1)
        #expect(isThere)
    }

    @Test func `what is too many goes in steps`() {
        var ghosts = GhostQueue()
        for hash in 1...5 as ClosedRange<UInt64> { ghosts.insert(hash) }
        ghosts.trim(to: 1, atMost: 2)
        #expect((1...5).map { ghosts.contains($0) } == [false, false, true, true, true])
        ghosts.trim(to: 1, atMost: 2)
        #expect((1...5).map { ghosts.contains($0) } == [false, false, false, false, true])
    }

    @Test func `one taken out is gone`() {
        var ghosts = GhostQueue()
        ghosts.insert(7)
        let (first, second) = (ghosts.remove(7), ghosts.remove(7))
        #expect(first && !second)
        #expect(ghosts.count == 0)
    }
}
