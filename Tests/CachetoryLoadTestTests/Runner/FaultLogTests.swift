import CachetoryRESP
import CachetoryRedis
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

    @Test func `errors of a cluster are counted by node, whatever the key and the slot are`() {
        let log = FaultLog()
        for slot in 0..<100 {
            let node = "10.0.0.\(slot % 2):7000"
            let failures = [RedisClusterError.Failure(node: node, slot: slot, .timedOut(.unknown))]
            log.add(RedisCallError.cluster(RedisClusterError(.nodesFailed, failures: failures)))
            log.add(RedisCallError.cluster(RedisClusterError(.slotNotServed(slot))))
            let error = RESPServerError(code: "OOM", message: "full").refusing("SET", key: "key-\(slot)")
            log.add(RedisCallError.server(error.from(node: node, slot: slot)))
        }
        #expect(log.summary.kinds.values.sorted() == [50, 50, 50, 50, 100], "\(log.summary.kinds)")
        #expect(log.summary.kinds.keys.filter { $0.contains("10.0.0.1:7000") }.count == 2)
    }

    @Test func `reads that miss what was acknowledged are counted apart, too`() {
        let log = FaultLog()
        for difference in [WrongValue.missing, .outdated(version: 1, acknowledged: 2)] {
            log.add(difference, key: "key")
        }
        #expect(log.summary.wrongValues == 2 && log.summary.lostReads == 1)
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
