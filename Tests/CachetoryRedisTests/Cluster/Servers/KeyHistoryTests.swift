import CachetoryRedis
import Testing

/// What judges the tests under faults has to notice what goes wrong.
@Suite struct KeyHistoryTests {
    private let moments = (0..<5).map { ContinuousClock.now + .seconds($0) }

    /// Numbers from 1 to 3 were acknowledged.
    private func history() -> KeyHistory {
        var history = KeyHistory()
        for moment in moments[1...3] { history.acknowledge(history.begin(), at: moment) }
        return history
    }

    private func verdict(_ history: KeyHistory, _ found: Int?) -> KeyHistory.Verdict {
        var history = history
        return history.check(found)
    }

    @Test func `a new key is empty`() {
        #expect(verdict(KeyHistory(), nil) == .right)
        #expect(verdict(KeyHistory(), 1) != .right)
    }

    @Test func `a key holds what was acknowledged last`() {
        #expect(verdict(history(), 3) == .right)
    }

    @Test func `what was acknowledged and is gone is lost, and told once`() {
        #expect(verdict(history(), 2) == .lost([moments[3]]))
        #expect(verdict(history(), nil) == .lost(Array(moments[1...3])))
        var history = history()
        let verdicts = [history.check(1), history.check(1)]
        #expect(verdicts == [.lost(Array(moments[2...3])), .right])
    }

    @Test func `what may have been executed is right`() {
        var history = history()
        let number = history.begin()
        history.fail(number, .unknown)
        #expect(verdict(history, 3) == .right)
        #expect(verdict(history, number) == .right)
        history.acknowledge(history.begin(), at: moments[4])
        // It came late.
        #expect(verdict(history, number) == .right)
    }

    @Test func `what was said not to be executed is wrong, and so is what nobody wrote`() {
        var history = history()
        let number = history.begin()
        history.fail(number, .notExecuted)
        #expect(verdict(history, number) != .right)
        #expect(verdict(history, 7) != .right)
        #expect(verdict(history, -1) != .right)
    }
}
