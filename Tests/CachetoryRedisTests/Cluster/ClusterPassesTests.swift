import Testing

@testable import CachetoryRedis

@Suite struct ClusterPassesTests {
    private struct Failed: Error, Equatable { let number: Int }

    private let start = Timestamp.microseconds(1_000_000)
    private var deadline: Timestamp { start + .seconds(5) }
    private var passes: ClusterPasses { ClusterPasses(until: deadline) }

    @Test func `one pass is enough where nothing has changed`() throws {
        var passes = passes
        passes.succeed()
        #expect(try passes.isOver(hasChanged: false, at: start))
    }

    @Test func `while slots move there is another pass, three at most`() throws {
        var passes = passes
        var isOver: [Bool] = []
        for _ in 0..<ClusterPasses.limit {
            passes.succeed()
            isOver.append(try passes.isOver(hasChanged: true, at: start))
        }
        #expect(isOver == [false, false, true])
    }

    @Test func `what fails is told at once where nothing has changed`() {
        var passes = passes
        passes.fail(Failed(number: 1))
        #expect(throws: Failed(number: 1)) { try passes.isOver(hasChanged: false, at: start) }
    }

    @Test func `what fails may be mended by the next pass`() throws {
        var passes = passes
        passes.fail(Failed(number: 1))
        #expect(try !passes.isOver(hasChanged: true, at: start))
        #expect(passes.patience == deadline)
        passes.succeed()
        #expect(try passes.isOver(hasChanged: false, at: start))
        #expect(passes.patience == nil)
    }

    @Test func `what the last pass failed with is told`() throws {
        var passes = passes
        for number in 1..<ClusterPasses.limit {
            passes.fail(Failed(number: number))
            #expect(try !passes.isOver(hasChanged: true, at: start))
        }
        passes.fail(Failed(number: ClusterPasses.limit))
        #expect(throws: Failed(number: 3)) { try passes.isOver(hasChanged: true, at: start) }
    }

    @Test func `the deadline ends passes that fail, and not those that go on`() throws {
        var (failing, going) = (passes, passes)
        failing.fail(Failed(number: 1))
        #expect(throws: Failed(number: 1)) { try failing.isOver(hasChanged: true, at: deadline) }
        going.succeed()
        #expect(try !going.isOver(hasChanged: true, at: deadline + .seconds(100)))
    }
}
