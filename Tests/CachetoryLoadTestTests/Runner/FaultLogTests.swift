import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct FaultLogTests {
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    @Test func `errors are counted by what they say first`() {
        let log = FaultLog()
        log.add(Failure(description: "no\nroute"))
        log.add(Failure(description: "no\nway"))
        log.add(errors: 3, "late")
        #expect(log.summary.errors == 5)
        #expect(log.summary.kinds == ["no": 2, "late": 3])
    }

    @Test func `errors that all differ take no more room than a page`() {
        let log = FaultLog()
        for number in 0..<1000 { log.add(Failure(description: "\(number) " + String(repeating: "x", count: 1000))) }
        #expect(log.summary.errors == 1000)
        #expect(log.summary.kinds.count == 21)
        #expect(log.summary.kinds["others"] == 980)
        #expect(log.summary.kinds.keys.allSatisfy { $0.count <= 200 })
    }

    @Test func `wrong values are counted, and the first ones told`() {
        let log = FaultLog()
        for number in 0..<10 { log.add(.length(number), key: "key") }
        #expect(log.summary.wrongValues == 10)
        #expect(log.summary.errors == 0)
        #expect(log.summary.examples.count == 5)
        #expect(log.summary.examples.first == "key: a value of 0 bytes")
    }
}
