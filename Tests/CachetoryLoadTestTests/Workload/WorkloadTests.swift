import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct WorkloadTests {
    private let workload = Workload(Options())

    private func answer(_ keys: [Int]) -> [(key: String, value: Data)] {
        workload.items(keys)
    }

    @Test func `names of keys differ and need no memory of their own`() {
        #expect(Set(workload.names).count == 10_000)
        #expect(workload.names.allSatisfy { $0.utf8.count <= 15 })
        #expect(Workload(Options()).names[0] != workload.names[0])
    }

    @Test func `the right answer to a batch is right, keys asked twice included`() {
        #expect(workload.difference(of: answer([3, 1, 3]), from: [3, 1, 3]) == nil)
        #expect(workload.difference(of: [], from: []) == nil)
    }

    @Test func `every wrong answer to a batch is found`() throws {
        let keys = [3, 1, 2]
        func difference(_ answer: [(key: String, value: Data)]) throws -> (key: Int, difference: WrongValue) {
            try #require(workload.difference(of: answer, from: keys))
        }
        #expect(try difference(answer([3, 2])) == (1, .missing))
        #expect(try difference(answer([3, 1])) == (2, .missing))
        #expect(try difference([]) == (3, .missing))
        #expect(try difference(answer([1, 3, 2])) == (3, .notAsked))
        #expect(try difference(answer([3, 1, 2, 4])) == (2, .notAsked))
        var swapped = answer(keys)
        swapped[1].value = workload.values.value(of: 2)
        #expect(try difference(swapped) == (1, .valueOfKey(2)))
    }

    @Test func `an answer to a read is compared with its key`() {
        #expect(workload.difference(of: workload.values.value(of: 4), from: 4) == nil)
        #expect(workload.difference(of: nil, from: 4) == .missing)
        #expect(workload.difference(of: workload.values.value(of: 5), from: 4) == .valueOfKey(5))
    }

    @Test(arguments: [(0, 0), (0.25, 0.25), (0.9, 0.9), (1, 1)] as [(Double, Double)])
    func `a mixed workload reads as often as it should`(ratio: Double, expected: Double) throws {
        var options = Options()
        options.workload = .mixed
        options.readRatio = ratio
        let workload = Workload(options)
        var random = SplitMix64(seed: 3)
        var reads = 0
        for _ in 0..<100_000 {
            if case .get = workload.operation(using: &random) { reads += 1 }
        }
        #expect(abs(Double(reads) / 100_000 - expected) <= (ratio == expected.rounded() ? 0 : 0.01))
    }

    @Test(arguments: WorkloadKind.allCases)
    func `each workload has its operations`(kind: WorkloadKind) {
        var options = Options()
        options.workload = kind
        options.batch = 7
        var random = SplitMix64(seed: 3)
        switch (kind, Workload(options).operation(using: &random)) {
        case (.get, .get), (.set, .set), (.mixed, .get), (.mixed, .set): break
        case (.mget, .getMany(let keys)), (.mset, .setMany(let keys)): #expect(keys.count == 7)
        case (_, let operation): Issue.record("\(kind) made \(operation)")
        }
    }
}
