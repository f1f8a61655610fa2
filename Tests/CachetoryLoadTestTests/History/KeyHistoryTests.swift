import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct KeyHistoryTests {
    private var history = KeyHistory()

    /// Writes the next version.
    ///
    /// - Parameter meanwhile: what happens to the server while the write is under way.
    private mutating func write(_ outcome: WriteOutcome, meanwhile: (inout KeyHistory) -> Void = { _ in }) throws {
        let version = history.beginWrite()
        _ = try #require(version)
        meanwhile(&history)
        history.endWrite(outcome)
    }

    /// What a read says of each version that begins and ends now.
    private mutating func differences(_ versions: ClosedRange<UInt32>) -> [WrongValue?] {
        let mark = history.beginRead()
        return versions.map { history.difference(of: $0, from: mark) }
    }

    /// How many writes are lost if a read finds a version, and what is wrong with it.
    private mutating func finding(_ version: UInt32, from mark: KeyHistory.ReadMark? = nil) -> Finding {
        var lost = 0
        let difference = history.difference(of: version, from: mark ?? history.beginRead()) { lost += $0 }
        return Finding(lost: lost, difference: difference)
    }

    private struct Finding: Equatable {
        var lost = 0
        var difference: WrongValue?
    }

    @Test mutating func `the version of the beginning is there until another one is acknowledged`() {
        #expect(differences(0...1) == [nil, .neverWritten(version: 1)])
    }

    @Test mutating func `what was acknowledged is there, and nothing older`() throws {
        try write(.acknowledged)
        try write(.acknowledged)
        #expect(
            differences(0...3) == [
                .outdated(version: 0, acknowledged: 2), .outdated(version: 1, acknowledged: 2), nil,
                .neverWritten(version: 3),
            ])
    }

    @Test mutating func `what is being written may be there or not`() throws {
        try write(.acknowledged)
        #expect(history.beginWrite() == 2)
        #expect(differences(0...2) == [.outdated(version: 0, acknowledged: 1), nil, nil])
    }

    @Test mutating func `one caller at a time writes`() {
        #expect(history.beginWrite() == 1)
        #expect(history.beginWrite() == nil)
        history.endWrite(.refused)
        #expect(history.beginWrite() == 2)
    }

    @Test mutating func `a read may find what was acknowledged after its beginning, and what was there then`() throws {
        try write(.acknowledged)
        let mark = history.beginRead()
        try write(.acknowledged)
        try write(.acknowledged)
        #expect((0...3).map { history.difference(of: $0, from: mark) }.dropFirst() == [nil, nil, nil])
        #expect(history.difference(of: 0, from: mark) == .outdated(version: 0, acknowledged: 1))
    }

    @Test mutating func `a write that was said not to be executed is never there`() throws {
        try write(.refused)
        #expect(differences(0...1) == [nil, .refused(version: 1)])
        try write(.acknowledged)
        #expect(differences(1...2) == [.refused(version: 1), nil])
        // Not for a read either that began before it.
        let mark = history.beginRead()
        try write(.refused)
        try write(.acknowledged)
        #expect(history.difference(of: 3, from: mark) == .refused(version: 3))
        #expect(history.difference(of: 4, from: mark) == nil)
    }

    @Test mutating func `a write in doubt may come up after later ones, until the server has crashed`() throws {
        try write(.acknowledged)
        try write(.unknown)
        try write(.acknowledged)
        #expect(differences(1...3) == [.outdated(version: 1, acknowledged: 3), nil, nil])
        // After the crash there is one of the two, until something is written again.
        #expect(differences(2...3) == [nil, nil])
        let mark = history.beginRead()
        history.crash()
        try write(.acknowledged)
        #expect(
            differences(2...4) == [.outdated(version: 2, acknowledged: 4), .outdated(version: 3, acknowledged: 4), nil])
        // A read that began before may still find it.
        #expect(history.difference(of: 2, from: mark) == nil)
    }

    @Test mutating func `a write in doubt that a crash came across may reach the next run of the server`() throws {
        try write(.unknown) { $0.crash() }
        try write(.acknowledged)
        #expect(differences(0...2) == [.outdated(version: 0, acknowledged: 2), nil, nil])
        // This one may have been executed before the crash.
        try write(.acknowledged) { $0.crash() }
        #expect(differences(1...1) == [nil])
        try write(.acknowledged)
        #expect(differences(1...1) == [.outdated(version: 1, acknowledged: 4)])
    }

    // MARK: - Failover

    @Test mutating func `what was acknowledged in danger is there until the primary ends, and may be gone then`() throws
    {
        try write(.acknowledged)
        history.endanger()
        try write(.acknowledged)
        try write(.acknowledged)
        #expect(finding(2).difference == .outdated(version: 2, acknowledged: 3))
        history.strike()
        #expect(finding(0).difference == .outdated(version: 0, acknowledged: 3))
        #expect(finding(2) == Finding(lost: 1))
        #expect(finding(1) == Finding(lost: 1))
        // Each counts once.
        #expect(finding(1) == Finding())
        history.settle(isReplaced: true)
        #expect(finding(1) == Finding())
        // The successor keeps what it acknowledges.
        try write(.acknowledged)
        #expect(finding(3).difference == .outdated(version: 3, acknowledged: 4))
    }

    @Test mutating func `what the replica has got is no loss`() throws {
        history.endanger()
        try write(.acknowledged)
        history.strike()
        history.settle(isReplaced: true)
        #expect(finding(1) == Finding())
    }

    @Test
    mutating func `a write that was under way when the primary ended may be gone, and one that began later may not`()
        throws
    {
        try write(.acknowledged)
        history.endanger()
        try write(.acknowledged) { $0.strike() }
        #expect(finding(1) == Finding(lost: 1))
        history.settle(isReplaced: true)
        try write(.acknowledged)
        #expect(finding(1).difference == .outdated(version: 1, acknowledged: 3))
    }

    @Test mutating func `a read that the end of the primary came across may find what there was before the danger`()
        throws
    {
        try write(.acknowledged)
        let early = history.beginRead()
        history.endanger()
        try write(.acknowledged)
        let mark = history.beginRead()
        history.strike()
        history.settle(isReplaced: true)
        try write(.acknowledged)
        #expect(finding(1, from: mark).difference == nil)
        #expect(finding(0, from: mark).difference == .outdated(version: 0, acknowledged: 2))
        #expect(finding(0, from: early).difference == .outdated(version: 0, acknowledged: 1))
        // One that began afterwards may not.
        #expect(finding(2).difference == .outdated(version: 2, acknowledged: 3))
    }

    @Test mutating func `where nobody has replaced the primary, nothing may be gone`() throws {
        try write(.acknowledged)
        history.endanger()
        try write(.acknowledged)
        history.strike()
        try write(.acknowledged)
        history.settle(isReplaced: false)
        #expect(finding(2).difference == .outdated(version: 2, acknowledged: 3))
    }

    @Test mutating func `a primary that goes on after it was replaced may take what it was sent before with it`() throws
    {
        history.endanger()
        history.strike()
        history.settle(isReplaced: true)
        try write(.acknowledged)
        try write(.acknowledged) { $0.resume() }
        #expect(finding(1) == Finding(lost: 1))
        #expect(finding(0).difference == .outdated(version: 0, acknowledged: 2))
        try write(.acknowledged)
        #expect(finding(2).difference == .outdated(version: 2, acknowledged: 3))
    }

    @Test mutating func `a write in doubt is none any more after the end of its primary`() throws {
        try write(.acknowledged)
        try write(.unknown)
        history.endanger()
        history.strike()
        history.settle(isReplaced: true)
        #expect(finding(1) == Finding())
        try write(.acknowledged)
        #expect(finding(2).difference == .outdated(version: 2, acknowledged: 3))
    }
}
