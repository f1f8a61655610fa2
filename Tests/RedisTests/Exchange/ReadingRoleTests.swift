import Redis
import Testing

@Suite final class ReadingRoleTests {
    private var role = ReadingRole()

    // `#expect` changes no value by itself.
    private func shouldLend() -> Bool { role.shouldLend() }
    private func lend() -> Bool { role.lend(at: .microseconds(0), requests: 0) }
    private func startTurn() -> Bool { role.startTurn() }
    private func takeBack() -> Bool { role.takeBack() }
    private func takeBack(at now: Timestamp, requests: UInt64) -> Bool { role.takeBack(at: now, requests: requests) }

    @Test func `the reactor has it first, and lends it`() {
        #expect(role.isReactors)
        #expect(shouldLend())
        #expect(role.isReactors)
        #expect(lend())
        #expect(!role.isReactors)
        #expect(!shouldLend())
    }

    @Test func `a task has it in its turns, and queues up between them`() {
        #expect(lend())
        for _ in 1...3 {
            #expect(startTurn())
            #expect(!role.isReactors)
            role.endTurn(at: .microseconds(100), requests: 0)
        }
    }

    @Test func `a task that lost it has the next turn, if it is still in the line`() {
        #expect(lend())
        #expect(takeBack())
        #expect(!lend())
        #expect(startTurn())
        role.endTurn(at: .microseconds(10), requests: 0)
        #expect(startTurn())
        role.giveBack(hasRead: true)
        #expect(lend())
    }

    @Test func `a task whose turn comes after it lost it leaves the line`() {
        #expect(lend())
        #expect(takeBack())
        #expect(!startTurn())
        #expect(lend())
    }

    @Test func `while the line does not move, it is not lent again`() {
        #expect(lend())
        #expect(takeBack(at: .microseconds(1000), requests: 0))
        for _ in 1...100 { #expect(!shouldLend()) }
        #expect(!startTurn())
        var count = 1
        while !shouldLend() { count += 1 }
        #expect(count == 2)
    }

    @Test func `a task whose turn has not come loses it, and has no turn any more`() {
        #expect(lend())
        #expect(takeBack())
        #expect(role.isReactors)
        #expect(!startTurn())
        #expect(!takeBack())
    }

    @Test func `a task in its turn does not lose it`() {
        #expect(lend())
        #expect(startTurn())
        #expect(!takeBack())
        #expect(!takeBack(at: .microseconds(1_000_000), requests: 0))
    }

    @Test func `a task loses it after a millisecond in the line, counted from its last turn`() {
        #expect(lend())
        #expect(!takeBack(at: .microseconds(999), requests: 7))
        #expect(startTurn())
        role.endTurn(at: .microseconds(600), requests: 7)
        #expect(!takeBack(at: .microseconds(1599), requests: 7))
        #expect(takeBack(at: .microseconds(1600), requests: 7))
    }

    @Test func `while there are new requests, it loses it after twenty`() {
        #expect(lend())
        for millisecond in 1..<20 {
            #expect(!takeBack(at: .microseconds(Int64(millisecond) * 1000), requests: UInt64(millisecond)))
        }
        #expect(takeBack(at: .microseconds(20_000), requests: 20))
    }

    @Test func `it is lent ever more rarely while no replies come of it`() {
        var chances: [Int] = []
        for _ in 1...4 {
            var count = 1
            while !shouldLend() { count += 1 }
            chances.append(count)
            #expect(lend())
            #expect(startTurn())
            role.giveBack(hasRead: false)
            #expect(role.isReactors)
        }
        #expect(chances == [1, 2, 4, 8])
    }

    @Test func `it is lent each time while some do, and as rarely after it was lost`() {
        for _ in 1...4 {
            #expect(shouldLend())
            #expect(lend())
            #expect(startTurn())
            role.endTurn(at: .microseconds(10), requests: 0)
            #expect(startTurn())
            role.giveBack(hasRead: true)
        }
        #expect(shouldLend())
        #expect(lend())
        #expect(takeBack())
        #expect(!startTurn())
        #expect(!shouldLend())
        #expect(shouldLend())
    }
}
