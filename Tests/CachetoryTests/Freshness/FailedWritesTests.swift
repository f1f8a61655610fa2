import CachetoryLocking
import CachetoryTestSupport
import Testing

@testable import Cachetory

@Suite struct FailedWritesTests {
    private func keys(_ range: Range<Int>) -> [String] { range.map { "\($0)" } }

    @Test func `ten thousand keys are remembered, and of a write all or none`() {
        var writes = FailedWrites()
        #expect(writes.isEmpty)
        #expect(writes.add(keys(0..<9999)) == true)
        #expect(writes.add(["new", "newer"]) == false)
        #expect(writes.count == 9999)
        #expect(writes.batch(of: ["new", "newer"]).isEmpty)
        #expect(writes.add(["new"]) == true)
        #expect(writes.count == 10_000)
        // Those that are there already take no room.
        #expect(writes.add(["new", "0", "0", "1"]) == true)
        #expect(writes.add(["0", "newer"]) == false)
        #expect(writes.add([]) == true)
        #expect(writes.count == 10_000)
    }

    @Test func `more than ten thousand keys at once are not remembered`() {
        var writes = FailedWrites()
        #expect(writes.add(keys(0..<10_001)) == false)
        #expect(writes.isEmpty)
        // Each counts once.
        #expect(writes.add(keys(0..<10_000) + keys(0..<10_000)) == true)
        #expect(writes.count == 10_000)
    }

    @Test func `a batch has those of some keys that have failed`() {
        var writes = FailedWrites()
        #expect(writes.batch(of: ["a"]).isEmpty)
        #expect(writes.add(["a", "b", "c"]) == true)
        #expect(writes.batch(of: ["a", "c", "d", "a"]).keys.sorted() == ["a", "c"])
        #expect(writes.batch(of: ["d"]).isEmpty)
        #expect(writes.batch(of: []).isEmpty)
        writes.remove(writes.batch(of: ["a", "d"]))
        #expect(writes.batch(of: ["a", "b", "c"]).keys.sorted() == ["b", "c"])
        writes.removeAll()
        #expect(writes.isEmpty)
        #expect(writes.batch(of: ["b"]).isEmpty)
    }

    @Test func `keys that look the same are two`() {
        let (composed, combining) = ("caf\u{E9}", "cafe\u{301}")
        var writes = FailedWrites()
        #expect(writes.add([composed]) == true)
        #expect(writes.batch(of: [combining]).isEmpty)
        #expect(writes.add([combining]) == true)
        #expect(writes.count == 2)
        writes.remove(writes.batch(of: [composed]))
        #expect(writes.batch(of: [composed, combining]).keys.map { Array($0.utf8) } == [Array(combining.utf8)])
    }

    @Test func `a key that fails again while it is deleted stays`() {
        var writes = FailedWrites()
        #expect(writes.add(["a", "b"]) == true)
        let batch = writes.nextBatch()
        #expect(writes.add(["a", "c"]) == true)
        writes.remove(batch)
        #expect(writes.batch(of: ["a", "b", "c"]).keys.sorted() == ["a", "c"])
        // Twice the same does nothing more.
        writes.remove(batch)
        #expect(writes.count == 2)
        // Nor does it after all were forgotten.
        writes.removeAll()
        #expect(writes.add(["a"]) == true)
        writes.remove(batch)
        #expect(writes.count == 1)
    }

    @Test func `a thousand are deleted at a time`() {
        var writes = FailedWrites()
        #expect(writes.nextBatch().isEmpty)
        #expect(writes.add(keys(0..<2500)) == true)
        var sizes: [Int] = []
        var seen: Set<String> = []
        while !writes.isEmpty {
            let batch = writes.nextBatch()
            sizes.append(batch.keys.count)
            seen.formUnion(batch.keys)
            writes.remove(batch)
        }
        #expect(sizes == [1000, 1000, 500])
        #expect(seen == Set(keys(0..<2500)))
    }
}

@Suite(.timeLimit(.minutes(5))) struct FailedWriteLogTests {
    /// - Returns: whether they were added, and whether the caller has to send them.
    private func add(_ keys: [String], to log: FailedWriteLog) -> [Bool] {
        let (isAdded, mustSend) = log.add(keys)
        return [isAdded, mustSend]
    }

    @Test func `one caller has to send until all is sent`() throws {
        let log = FailedWriteLog()
        #expect(log.isEmpty)
        for round in 0..<3 {
            #expect(add(["a"], to: log) == [true, true])
            #expect(add(["b"], to: log) == [true, false])
            #expect(!log.isEmpty)
            let batch = try #require(log.nextBatch())
            #expect(batch.keys.sorted() == ["a", "b"], "round \(round)")
            #expect(add(["c"], to: log) == [true, false])
            log.remove(batch)
            let rest = try #require(log.nextBatch())
            #expect(rest.keys == ["c"])
            log.remove(rest)
            #expect(log.isEmpty)
            // Who sends does not know yet that nothing is left.
            #expect(add(["d"], to: log) == [true, false])
            log.remove(try #require(log.nextBatch()))
            #expect(log.nextBatch()?.keys == nil)
        }
    }

    @Test func `a caller whose keys found no room has nothing to send`() {
        let log = FailedWriteLog()
        let tooMany = (0...FailedWrites.limit).map { "\($0)" }
        #expect(add(tooMany, to: log) == [false, false])
        #expect(log.isEmpty)
        #expect(add(["a"], to: log) == [true, true])
        #expect(add(tooMany, to: log) == [false, false])
        #expect(log.batch(of: tooMany + ["a"])?.keys == ["a"])
    }

    @Test func `a reader gets its keys that have failed`() throws {
        let log = FailedWriteLog()
        #expect(log.batch(of: ["a"])?.keys == nil)
        _ = log.add(["a", "b"])
        #expect(log.batch(of: ["c"])?.keys == nil)
        log.remove(try #require(log.batch(of: ["a", "c"])))
        #expect(log.batch(of: ["a"])?.keys == nil)
        #expect(log.nextBatch()?.keys == ["b"])
    }

    @Test func `after a clear nothing is left to send`() {
        let log = FailedWriteLog()
        _ = log.add(["a", "b"])
        log.removeAll()
        #expect(log.isEmpty)
        #expect(log.nextBatch()?.keys == nil)
        #expect(add(["a"], to: log) == [true, true])
    }

    @Test func `of many threads one has to send`() async throws {
        let log = FailedWriteLog()
        let senders = Lock(0)
        try await onThreads(8) { thread in
            for key in 0..<100 where log.add(["\(thread) \(key)"]).mustSend { senders.withLock { $0 += 1 } }
        }
        #expect(senders.withLock { $0 } == 1)
        var sent = 0
        while let batch = log.nextBatch() {
            sent += batch.keys.count
            log.remove(batch)
        }
        #expect(sent == 800)
    }

    @Test func `no key is left behind, whoever sends`() async throws {
        let log = FailedWriteLog()
        let sent = Lock(Set<String>())
        try await onThreads(8) { thread in
            for key in 0..<500 {
                // Every key fails twice.
                guard log.add(["\(thread / 2) \(key)"]).mustSend else { continue }
                while let batch = log.nextBatch() {
                    sent.withLock { $0.formUnion(batch.keys) }
                    log.remove(batch)
                }
            }
        }
        #expect(log.isEmpty)
        #expect(sent.withLock { $0.count } == 2000)
        #expect(add(["last"], to: log) == [true, true])
    }
}
