import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct TrackedCallTests {
    private let workload: Workload
    private var values: ValuePattern { workload.values }

    init() throws {
        workload = Workload(try Options(arguments: ["--chaos", "--keys", "1000"]))
    }

    @Test func `only with --chaos there is one`() {
        let call = TrackedCall(Workload(Options()))
        #expect(call == nil)
    }

    @Test func `a call writes the next version, and reads instead where somebody else writes`() throws {
        var call = try #require(TrackedCall(workload))
        var other = try #require(TrackedCall(workload))
        guard case .set(5) = call.begin(.set(5)), case .get(5) = other.begin(.set(5)),
            case .setMany([6]) = other.begin(.setMany([5, 6, 6]))
        else {
            Issue.record("another operation")
            return
        }
        #expect(call.isWrite && call.value(of: 5) == values.value(of: 5, version: 1))
        call.end(.acknowledged)
        guard case .set(5) = call.begin(.set(5)), case .getMany([5]) = other.begin(.setMany([5])) else {
            Issue.record("another operation")
            return
        }
        #expect(call.value(of: 5) == values.value(of: 5, version: 2))
        #expect(!other.isWrite)
    }

    @Test func `the answer to a call is compared with the history`() throws {
        var writing = try #require(TrackedCall(workload))
        _ = writing.begin(.setMany([1, 2]))
        writing.end(.acknowledged)
        var call = try #require(TrackedCall(workload))
        _ = call.begin(.getMany([1, 2, 3]))
        func difference(_ value: Data?, _ key: Int) -> WrongValue? { call.difference(of: value, from: key) }
        #expect(difference(values.value(of: 1, version: 1), 1) == nil)
        #expect(difference(values.value(of: 1, version: 0), 1) == .outdated(version: 0, acknowledged: 1))
        #expect(difference(values.value(of: 2, version: 2), 2) == .neverWritten(version: 2))
        #expect(difference(values.value(of: 2, version: 1), 1) == .valueOfKey(2))
        #expect(difference(nil, 3) == .missing)
        #expect(difference(values.value(of: 4), 4) == .notAsked)
        var broken = values.value(of: 1, version: 1)
        broken[50] ^= 1
        #expect(difference(broken, 1) == .corrupt(offset: 50))
    }
}
