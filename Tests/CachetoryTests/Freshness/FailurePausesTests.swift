import Testing

@testable import Cachetory

/// On a clock that a test moves.
@Suite struct FailurePausesTests {
    private let clock = ManualClock()

    private func makePauses<Value: Sendable>(_ pause: Duration, _: Value.Type) -> FailurePauses<Value> {
        let clock = clock
        return FailurePauses(of: pause, clock: MemoryClock(clock, date: { clock.date }))
    }

    private func makePauses(_ pause: Duration) -> FailurePauses<Int> { makePauses(pause, Int.self) }

    @Test func `a pause is up to a fifth shorter or longer at random`() {
        let pauses = makePauses(.seconds(10))
        let keys = (0..<1000).map { "\($0)" }
        for key in keys { pauses.begin(key) }
        func share() -> Double { Double(keys.count(where: pauses.isPaused)) / Double(keys.count) }
        clock.advance(by: .milliseconds(7999))
        #expect(share() == 1)
        // Six and more standard deviations from what is expected.
        clock.advance(by: .milliseconds(1001))
        #expect(0.65...0.85 ~= share())
        clock.advance(by: .seconds(1))
        #expect(0.4...0.6 ~= share())
        clock.advance(by: .seconds(1))
        #expect(0.15...0.35 ~= share())
        clock.advance(by: .milliseconds(1001))
        #expect(share() == 0)
    }

    @Test func `a key that has not failed is not paused`() {
        let pauses = makePauses(.seconds(10))
        #expect(!pauses.isPaused("a"))
        #expect(pauses.fallback("a") == nil)
        pauses.begin("a", fallback: 1)
        #expect(!pauses.isPaused("b"))
        #expect(pauses.fallback("b") == nil)
    }

    @Test func `what to use meanwhile ends with the pause`() {
        let pauses = makePauses(.seconds(10))
        pauses.begin("a", fallback: 1)
        pauses.begin("b")
        #expect(pauses.isPaused("a"))
        #expect(pauses.fallback("a") == 1)
        #expect(pauses.isPaused("b"))
        #expect(pauses.fallback("b") == nil)
        clock.advance(by: .milliseconds(12_001))
        #expect(!pauses.isPaused("a"))
        #expect(pauses.fallback("a") == nil)
    }

    @Test func `nothing is something to use, too`() {
        let pauses = makePauses(.seconds(10), Int?.self)
        let (absent, nothing): (Int??, Int??) = (.none, .some(.none))
        pauses.begin("a", fallback: nothing)
        pauses.begin("b")
        #expect(pauses.isPaused("a"))
        #expect(pauses.fallback("a") == nothing)
        #expect(pauses.isPaused("b"))
        #expect(pauses.fallback("b") == absent)
        #expect(!pauses.isPaused("c"))
        #expect(pauses.fallback("c") == absent)
    }

    @Test func `a new failure renews the pause`() {
        let pauses = makePauses(.seconds(10))
        pauses.begin("a", fallback: 1)
        clock.advance(by: .milliseconds(7999))
        pauses.begin("a", fallback: 2)
        clock.advance(by: .milliseconds(7999))
        #expect(pauses.fallback("a") == 2)
        pauses.begin("a")
        #expect(pauses.isPaused("a"))
        #expect(pauses.fallback("a") == nil)
    }

    @Test func `some pauses end, or all`() {
        let pauses = makePauses(.seconds(10))
        pauses.end(["a"])
        for key in ["a", "b", "c", "d"] { pauses.begin(key, fallback: 1) }
        pauses.end(["a", "c", "other"])
        pauses.end([])
        #expect(["a", "b", "c", "d"].filter(pauses.isPaused) == ["b", "d"])
        #expect(pauses.fallback("a") == nil)
        #expect(pauses.fallback("b") == 1)
        pauses.endAll()
        #expect(["a", "b", "c", "d"].filter(pauses.isPaused).isEmpty)
        pauses.begin("a")
        #expect(pauses.isPaused("a"))
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `a pause of nothing never begins`(_ pause: Duration) {
        let pauses = makePauses(pause)
        pauses.begin("a", fallback: 1)
        #expect(!pauses.isPaused("a"))
        #expect(pauses.fallback("a") == nil)
    }

    @Test func `a pause may last very long`() {
        let pauses = makePauses(.seconds(Int64.max))
        pauses.begin("a", fallback: 1)
        clock.advance(by: .seconds(1_000_000_000))
        #expect(pauses.fallback("a") == 1)
    }

    @Test func `keys that look the same are two`() {
        let (composed, combining) = ("caf\u{E9}", "cafe\u{301}")
        let pauses = makePauses(.seconds(10))
        pauses.begin(composed)
        #expect(!pauses.isPaused(combining))
        pauses.begin(combining)
        pauses.end([composed])
        #expect(!pauses.isPaused(composed))
        #expect(pauses.isPaused(combining))
    }
}
