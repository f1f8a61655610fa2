import Testing

@testable import Cachetory

@Suite struct WaitGraphTests {
    private var graph = WaitGraph<Int>()

    @Test mutating func `a wait that closes a cycle is refused with the keys of the cycle`() {
        #expect(graph.add(1, waitingFor: 1, key: "a") == ["a", "a"])
        #expect(graph.add(1, waitingFor: 2, key: "b") == nil)
        #expect(graph.add(2, waitingFor: 3, key: "c") == nil)
        #expect(graph.add(2, waitingFor: 4, key: "d") == nil)
        #expect(graph.add(3, waitingFor: 1, key: "a") == ["c", "a", "b", "c"])
        #expect(graph.add(4, waitingFor: 3, key: "c") == nil)
        graph.remove(1, waitingFor: 2)
        #expect(graph.add(3, waitingFor: 1, key: "a") == nil)
    }

    @Test mutating func `each of several waits is taken back by itself`() {
        for _ in 0..<2 { #expect(graph.add(1, waitingFor: 2, key: "b") == nil) }
        graph.remove(1, waitingFor: 2)
        #expect(graph.add(2, waitingFor: 1, key: "a") != nil)
        graph.remove(1, waitingFor: 2)
        graph.remove(1, waitingFor: 2)
        #expect(graph.isEmpty)
        #expect(graph.add(2, waitingFor: 1, key: "a") == nil)
    }
}
