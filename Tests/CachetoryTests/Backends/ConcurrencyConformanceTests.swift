import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// What every backend does for many callers at once.
@Suite(.mayNeedTLS, .timeLimit(.minutes(5))) struct ConcurrencyConformanceTests {
    @Test(arguments: BackendUnderTest.all)
    func `every caller reads what it wrote`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<16 {
                    group.addTask { try await Self.wrongValues(of: task, in: store.backend) }
                }
                return try await group.reduce(0, +)
            }
            #expect(wrong == 0)
        }
    }

    private static func wrongValues(of task: Int, in backend: any AsyncCacheBackend<Data>) async throws -> Int {
        var wrong = 0
        for round in 0..<50 {
            let key = "\(task):\(round % 5)"
            let value = Data("value \(round) of \(key)".utf8)
            try await backend.set(key, to: value)
            if try await backend.get(key) != value { wrong += 1 }
            if try await backend.getMany([key]).map(\.value) != [value] { wrong += 1 }
            if try await backend.delete(key) == false { wrong += 1 }
        }
        return wrong
    }

    @Test(arguments: BackendUnderTest.all)
    func `of many that set a key if it does not exist one wins`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let winners = try await withThrowingTaskGroup(of: Data?.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        let value = Data("\(task)".utf8)
                        return try await store.backend.set("key", to: value, ifNotExists: true) ? value : nil
                    }
                }
                return try await group.reduce(into: [Data]()) { winners, value in
                    if let value { winners.append(value) }
                }
            }
            #expect(winners.count == 1)
            #expect(try await store.backend.get("key") == winners.first)
        }
    }

    /// On a cluster that holds for each slot by itself, so the keys of a batch which is to be seen whole have a hash tag in
    /// common. Elsewhere braces mean nothing.
    @Test(arguments: BackendUnderTest.all, [nil, .seconds(60)] as [Duration?])
    func `a batch is seen whole or not at all`(_ subject: BackendUnderTest, _ time: Duration?) async throws {
        let tags = subject.isAtomicAcrossSlots ? ["a", "b", "c"] : ["{a}", "{b}", "{c}"]
        let parts = tags.map { tag in (0..<10).map { "\(tag):\($0)" } }
        let keys = parts.flatMap(\.self)
        try await subject.run { store async throws in
            try await store.backend.setMany(keys.map { ($0, Data("0".utf8)) }, timeToLive: time)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for round in 1...100 {
                        try await store.backend.setMany(keys.map { ($0, Data("\(round)".utf8)) }, timeToLive: time)
                    }
                }
                group.addTask {
                    for _ in 1...100 {
                        let answer = try await store.backend.getMany(keys)
                        #expect(answer.map(\.key) == keys)
                        let values = answer.map(\.value)
                        let batches =
                            subject.isAtomicAcrossSlots
                            ? [values[...]] : parts.indices.map { values.dropFirst($0 * 10).prefix(10) }
                        for batch in batches { #expect(Set(batch).count == 1) }
                    }
                }
                try await group.waitForAll()
            }
            // Once a call has returned, all of it is done, in whatever slots.
            let answer = try await store.backend.getMany(keys)
            #expect(Set(answer.map(\.value)) == [Data("100".utf8)])
        }
    }

    @Test(arguments: BackendUnderTest.all)
    func `a key is deleted by one caller only`(_ subject: BackendUnderTest) async throws {
        try await subject.run { store async throws in
            let keys = (0..<200).map { "key:\($0)" }
            try await store.backend.setMany(keys.map { ($0, Data()) })
            let deleted = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        let some = Array(keys[(task * 20)..<(task * 20 + 60)])
                        return try await store.backend.deleteMany(some)
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(deleted == keys.count)
            #expect(try await store.backend.getMany(keys).isEmpty)
        }
    }
}
