import Testing

@testable import Cachetory

/// The copies alone: without a cache, on a clock that a test moves.
@Suite struct KeptValuesTests {
    private enum Found: Equatable {
        case fresh(Int)
        case stale(Int)
        case nothing
    }

    private let clock = ManualClock()

    private func makeKept(limit: Int = 1000, grace: Duration = .seconds(10)) -> KeptValues<Int> {
        let clock = clock
        return KeptValues(limit: limit, grace: grace, clock: MemoryClock(clock, date: { clock.date }))
    }

    private func look(_ kept: KeptValues<Int>, _ key: String = "key") -> Found {
        guard let (value, isStale) = kept.find(key) else { return .nothing }
        return isStale ? .stale(value) : .fresh(value)
    }

    private func keep(
        _ value: Int, of key: String = "key", _ remaining: RemainingTimeToLive = .after(.seconds(1)),
        in kept: KeptValues<Int>
    ) {
        kept.keep(value, of: key, remaining, since: kept.mark)
    }

    private func write(
        _ value: Int, of key: String = "key", _ timeToLive: RemainingTimeToLive = .after(.seconds(1)),
        in kept: KeptValues<Int>
    ) {
        kept.endWriting([(key, value)], timeToLive, since: kept.beginWriting([key]))
    }

    // MARK: - Time

    @Test(arguments: [true, false])
    func `a copy is stale after its end and gone after the grace`(_ isRead: Bool) {
        let kept = makeKept()
        #expect(look(kept) == .nothing)
        if isRead { keep(1, in: kept) } else { write(1, in: kept) }
        #expect(look(kept) == .fresh(1))
        // Two milliseconds before its end: a server's clock is not that exact.
        clock.advance(by: .milliseconds(997))
        #expect(look(kept) == .fresh(1))
        clock.advance(by: .milliseconds(1))
        #expect(look(kept) == .stale(1))
        clock.advance(by: .milliseconds(10_001))
        #expect(look(kept) == .stale(1))
        clock.advance(by: .milliseconds(1))
        #expect(look(kept) == .nothing)
    }

    @Test func `the time of a copy begins before the backend is asked`() {
        let kept = makeKept()
        let write = kept.beginWriting(["written"])
        let mark = kept.mark
        clock.advance(by: .milliseconds(600))
        kept.keep(1, of: "read", .after(.seconds(1)), since: mark)
        kept.endWriting([("written", 2)], .after(.seconds(1)), since: write)
        clock.advance(by: .milliseconds(397))
        #expect(look(kept, "read") == .fresh(1))
        #expect(look(kept, "written") == .fresh(2))
        clock.advance(by: .milliseconds(1))
        #expect(look(kept, "read") == .stale(1))
        #expect(look(kept, "written") == .stale(2))
    }

    @Test func `without grace a copy stays until its end`() {
        let kept = makeKept(grace: .zero)
        keep(1, in: kept)
        clock.advance(by: .milliseconds(997))
        #expect(look(kept) == .fresh(1))
        clock.advance(by: .milliseconds(3))
        #expect(look(kept) == .nothing)
    }

    @Test func `what is for ever never gets stale`() {
        let kept = makeKept()
        keep(1, of: "read", .forever, in: kept)
        write(2, of: "written", .forever, in: kept)
        clock.advance(by: .seconds(3_000_000_000))
        #expect(look(kept, "read") == .fresh(1))
        #expect(look(kept, "written") == .fresh(2))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .milliseconds(Int64.max)])
    func `what no backend stores is not kept`(_ timeToLive: Duration) {
        let kept = makeKept()
        write(1, .after(timeToLive), in: kept)
        keep(1, .after(timeToLive), in: kept)
        #expect(look(kept) == .nothing)
    }

    @Test func `times that are too long to add up are for ever`() {
        let longest = Duration.milliseconds(TimeToLive.longestInMilliseconds)
        let patient = makeKept(grace: .seconds(Int64.max))
        keep(1, in: patient)
        write(2, of: "long", .after(longest), in: patient)
        let kept = makeKept()
        write(3, .after(longest), in: kept)
        clock.advance(by: .seconds(3_000_000_000))
        #expect(look(patient) == .stale(1))
        #expect(look(patient, "long") == .fresh(2))
        #expect(look(kept) == .fresh(3))
    }

    // MARK: - What others do

    @Test func `a copy whose key is missing in the backend before its end is dropped`() {
        let kept = makeKept()
        for remaining in [RemainingTimeToLive.after(.seconds(1)), .forever] {
            keep(1, remaining, in: kept)
            clock.advance(by: .milliseconds(500))
            #expect(kept.findStale("key", since: kept.mark) == nil)
            #expect(look(kept) == .nothing)
        }
    }

    @Test func `a copy whose key is missing after its end is served`() {
        let kept = makeKept()
        keep(1, in: kept)
        clock.advance(by: .seconds(1))
        for _ in 0..<2 { #expect(kept.findStale("key", since: kept.mark) == 1) }
        #expect(kept.findStale("other", since: kept.mark) == nil)
        clock.advance(by: .seconds(11))
        #expect(kept.findStale("key", since: kept.mark) == nil)
    }

    @Test func `what was stored after a key was seen missing stays`() {
        let kept = makeKept()
        let mark = kept.mark
        write(1, in: kept)
        #expect(kept.findStale("key", since: mark) == nil)
        #expect(look(kept) == .fresh(1))
    }

    // MARK: - Reads and writes at the same time

    @Test func `a read that began before a write is not kept`() {
        let kept = makeKept()
        let before = kept.mark
        let write = kept.beginWriting(["key"])
        kept.keep(1, of: "key", .forever, since: before)
        #expect(look(kept) == .nothing)
        let during = kept.mark
        kept.endWriting([("key", 2)], .forever, since: write)
        for mark in [before, during] {
            kept.keep(1, of: "key", .forever, since: mark)
            #expect(look(kept) == .fresh(2))
        }
        keep(3, in: kept)
        #expect(look(kept) == .fresh(3))
    }

    @Test func `a read that began before the end of a deletion is not kept`() {
        let kept = makeKept()
        write(1, in: kept)
        let before = kept.mark
        _ = kept.beginWriting(["key"])
        #expect(look(kept) == .nothing)
        let during = kept.mark
        // It cannot be told whether the deletion has been executed.
        kept.keep(1, of: "key", .forever, since: during)
        kept.endWriting(["key"])
        #expect(look(kept) == .nothing)
        for mark in [before, during] {
            kept.keep(1, of: "key", .forever, since: mark)
            #expect(look(kept) == .nothing)
        }
    }

    @Test func `what began before a clear is not kept`() {
        let kept = makeKept()
        write(1, of: "old", in: kept)
        let read = kept.mark
        let write = kept.beginWriting(["written"])
        kept.clear()
        kept.keep(1, of: "read", .forever, since: read)
        kept.keepStale(1, of: "taken", since: read)
        kept.endWriting([("written", 1)], .forever, since: write)
        for key in ["old", "read", "taken", "written"] { #expect(look(kept, key) == .nothing) }
        keep(2, in: kept)
        #expect(look(kept) == .fresh(2))
    }

    /// Two keys of 4096 share a stamp now and then.
    @Test func `writes of other keys leave a read alone`() {
        let kept = makeKept()
        let mark = kept.mark
        for key in 0..<10 { write(key, of: "written \(key)", in: kept) }
        for key in 0..<100 { kept.keep(key, of: "read \(key)", .forever, since: mark) }
        let count = (0..<100).count { look(kept, "read \($0)") == .fresh($0) }
        #expect(count >= 90)
    }

    @Test(arguments: [[0, 1], [1, 0]])
    func `writes of a key at the same time keep nothing`(_ ends: [Int]) {
        let kept = makeKept()
        let marks = [kept.beginWriting(["key"]), kept.beginWriting(["key"])]
        for end in ends { kept.endWriting([("key", end)], .forever, since: marks[end]) }
        #expect(look(kept) == .nothing)
        write(3, in: kept)
        #expect(look(kept) == .fresh(3))
    }

    @Test(arguments: [[0, 1], [1, 0]], [[0, 1], [1, 0]])
    func `a write and a deletion at the same time keep nothing`(_ begins: [Int], _ ends: [Int]) {
        let kept = makeKept()
        write(1, in: kept)
        var marks: [Int: KeptValues<Int>.Mark] = [:]
        for begin in begins { marks[begin] = kept.beginWriting(["key"]) }
        for end in ends {
            // The deletion is the first of the two.
            if end == 0 {
                kept.endWriting(["key"])
            } else if let mark = marks[end] {
                kept.endWriting([("key", 2)], .forever, since: mark)
            }
        }
        #expect(look(kept) == .nothing)
    }

    @Test func `the last of a key's values in one write is kept`() {
        let kept = makeKept()
        kept.endWriting([("key", 1), ("key", 2)], .forever, since: kept.beginWriting(["key", "key"]))
        #expect(look(kept) == .fresh(2))
    }

    // MARK: - Stale at once

    @Test func `a value kept as stale is so at once, for the grace`() {
        let kept = makeKept()
        kept.keepStale(1, of: "key", since: kept.mark)
        #expect(look(kept) == .stale(1))
        #expect(kept.findStale("key", since: kept.mark) == 1)
        clock.advance(by: .milliseconds(9999))
        #expect(look(kept) == .stale(1))
        clock.advance(by: .milliseconds(1))
        #expect(look(kept) == .nothing)
    }

    @Test func `a value is not kept as stale after a write`() {
        let kept = makeKept()
        let mark = kept.mark
        write(2, in: kept)
        kept.keepStale(1, of: "key", since: mark)
        #expect(look(kept) == .fresh(2))
    }

    @Test func `a read that began before a value was kept as stale is not kept`() {
        let kept = makeKept()
        let (read, taken) = (kept.mark, kept.mark)
        kept.keepStale(1, of: "key", since: taken)
        kept.keep(1, of: "key", .forever, since: read)
        #expect(look(kept) == .stale(1))
    }

    @Test func `without grace nothing is kept as stale`() {
        let kept = makeKept(grace: .zero)
        kept.keepStale(1, of: "key", since: kept.mark)
        #expect(look(kept) == .nothing)
    }

    // MARK: - Many keys

    @Test func `there are no more copies than the limit`() {
        let kept = makeKept(limit: 10)
        let items = (0..<1000).map { (key: "\($0)", value: $0) }
        kept.endWriting(items, .forever, since: kept.beginWriting(items.map(\.key)))
        let count = (0..<1000).count { look(kept, "\($0)") == .fresh($0) }
        #expect(1...10 ~= count)
        let none = makeKept(limit: 0)
        keep(1, in: none)
        #expect(look(none) == .nothing)
    }

    @Test func `keys that look the same are two`() {
        let (composed, combining) = ("caf\u{E9}", "cafe\u{301}")
        let kept = makeKept()
        write(1, of: composed, in: kept)
        write(2, of: combining, in: kept)
        #expect(look(kept, composed) == .fresh(1))
        #expect(look(kept, combining) == .fresh(2))
        kept.endWriting([composed])
        #expect(look(kept, composed) == .nothing)
        #expect(look(kept, combining) == .fresh(2))
        kept.endWriting([(composed, 3), (combining, 4)], .forever, since: kept.beginWriting([composed, combining]))
        #expect(look(kept, composed) == .fresh(3))
        #expect(look(kept, combining) == .fresh(4))
    }
}
