import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct KeyHistoryTests {
    private var history = KeyHistory()

    /// Writes the next version, in one run of the server.
    private mutating func write(_ outcome: WriteOutcome, in incarnations: ClosedRange<Int> = 0...0) throws {
        let version = history.beginWrite()
        _ = try #require(version)
        history.endWrite(outcome, incarnations: incarnations)
    }

    /// What a read says of each version that begins and ends now.
    private func differences(_ versions: ClosedRange<UInt32>) -> [WrongValue?] {
        let mark = history.beginRead()
        return versions.map { history.difference(of: $0, from: mark) }
    }

    @Test func `the version of the beginning is there until another one is acknowledged`() {
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
        history.endWrite(.refused, incarnations: 0...0)
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
        try write(.acknowledged, in: 1...1)
        #expect(
            differences(2...4) == [.outdated(version: 2, acknowledged: 4), .outdated(version: 3, acknowledged: 4), nil])
        // A read that began before may still find it.
        #expect(history.difference(of: 2, from: mark) == nil)
    }

    @Test mutating func `a write in doubt that a crash came across may reach the next run of the server`() throws {
        try write(.unknown, in: 0...1)
        try write(.acknowledged, in: 1...1)
        #expect(differences(0...2) == [.outdated(version: 0, acknowledged: 2), nil, nil])
        // This one may have been executed before the crash.
        try write(.acknowledged, in: 1...2)
        #expect(differences(1...1) == [nil])
        try write(.acknowledged, in: 2...2)
        #expect(differences(1...1) == [.outdated(version: 1, acknowledged: 4)])
    }
}
