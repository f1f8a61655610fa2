import CachetoryRedis
import Testing

@Suite final class LeaderFollowersTests {
    private var lead = LeaderFollowers()

    // `#expect` changes no value by itself.
    private func beginHandOff() -> Bool { lead.beginHandOff() }
    private func queue(at now: Timestamp = .microseconds(0), requests: UInt64 = 0) -> Bool {
        lead.queueFollower(at: now, requests: requests)
    }
    private func promote() -> Bool { lead.promote() }
    private func reclaim() -> Bool { lead.reclaim() }
    private func reclaim(at now: Timestamp, requests: UInt64) -> Bool {
        lead.reclaimIfStarved(at: now, requests: requests)
    }
    private func spinOrHandBack(inFlight: Int = 0) -> Bool { lead.spinOrHandBack(inFlight: inFlight) }

    /// The follower reads replies, delivers them and queues itself.
    private func deliver(at now: Timestamp = .microseconds(10), requests: UInt64 = 0) {
        lead.deliver()
        #expect(!queue(at: now, requests: requests))
    }

    /// How many chances it takes until the reactor hands off.
    private func handOff() -> Int {
        var count = 1
        while !beginHandOff() { count += 1 }
        return count
    }

    @Test func `the reactor leads first, and hands off once the callers are resumed`() {
        #expect(lead.isReactorLeading)
        #expect(!lead.isCorking)
        #expect(beginHandOff())
        #expect(!lead.isReactorLeading)
        #expect(lead.isCorking)
        #expect(queue())
        #expect(!lead.isReactorLeading)
        #expect(!beginHandOff())
    }

    @Test func `requests are corked from when a follower delivers until it runs`() {
        #expect(beginHandOff())
        #expect(queue())
        for _ in 1...3 {
            #expect(lead.isCorking)
            #expect(promote())
            #expect(!lead.isCorking)
            lead.deliver()
            #expect(lead.isCorking)
            #expect(!queue())
        }
    }

    @Test func `nobody reclaims from a follower that runs or delivers`() {
        #expect(queue())
        #expect(promote())
        #expect(!reclaim())
        lead.deliver()
        #expect(!reclaim())
        #expect(!reclaim(at: .microseconds(1_000_000), requests: 0))
        #expect(!lead.isReactorLeading)
        #expect(!queue(at: .microseconds(10)))
        #expect(reclaim())
    }

    @Test func `a follower that is still queued after a reclaim is the one of the next hand-off`() {
        #expect(queue())
        #expect(reclaim())
        #expect(!queue())
        #expect(promote())
        deliver()
        #expect(promote())
        #expect(!spinOrHandBack())
        #expect(queue())
    }

    @Test func `a follower that runs after a reclaim ends`() {
        #expect(queue())
        #expect(reclaim())
        #expect(lead.isReactorLeading)
        #expect(!promote())
        #expect(!reclaim())
        #expect(queue())
    }

    @Test func `while the queue does not move, the reactor does not hand off`() {
        #expect(queue())
        #expect(reclaim(at: .microseconds(1000), requests: 0))
        for _ in 1...100 { #expect(!beginHandOff()) }
        #expect(!promote())
        #expect(handOff() == 2)
    }

    @Test func `a follower that is queued for a millisecond loses the lead, counted from when it was queued last`() {
        #expect(queue())
        #expect(!reclaim(at: .microseconds(999), requests: 7))
        #expect(promote())
        deliver(at: .microseconds(600), requests: 7)
        #expect(!reclaim(at: .microseconds(1599), requests: 7))
        #expect(reclaim(at: .microseconds(1600), requests: 7))
    }

    @Test func `while there are new requests, it loses it after twenty`() {
        #expect(queue())
        for millisecond in 1..<20 {
            #expect(!reclaim(at: .microseconds(Int64(millisecond) * 1000), requests: UInt64(millisecond)))
        }
        #expect(reclaim(at: .microseconds(20_000), requests: 20))
    }

    @Test func `a follower spins once for replies that are on their way, and hands back`() {
        #expect(queue())
        #expect(promote())
        #expect(spinOrHandBack(inFlight: 1))
        #expect(!spinOrHandBack(inFlight: 1))
        #expect(lead.isReactorLeading)
        #expect(queue())
        #expect(promote())
        #expect(!spinOrHandBack(inFlight: 0))
        #expect(lead.isReactorLeading)
    }

    @Test func `the reactor hands off ever more rarely while no replies come of it`() {
        var chances: [Int] = []
        for _ in 1...4 {
            chances.append(handOff())
            #expect(queue())
            #expect(promote())
            #expect(!spinOrHandBack())
        }
        #expect(chances == [1, 2, 4, 8])
    }

    @Test func `it hands off each time while some do, and more rarely after a reclaim`() {
        for _ in 1...4 {
            #expect(handOff() == 1)
            #expect(queue())
            #expect(promote())
            deliver()
            #expect(promote())
            #expect(!spinOrHandBack())
        }
        #expect(handOff() == 1)
        #expect(queue())
        #expect(reclaim())
        #expect(!promote())
        #expect(handOff() == 2)
    }
}
