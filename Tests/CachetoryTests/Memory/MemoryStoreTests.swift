import CachetoryLocking
import CachetoryTestSupport
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct MemoryStoreTests {
    /// A value that says how many like it there are.
    final class Tracked: Sendable {
        final class Population: Sendable {
            let count = Lock(0)
        }

        let number: Int
        private let population: Population

        init(_ number: Int, of population: Population) {
            self.number = number
            self.population = population
            population.count.withLock { $0 += 1 }
        }

        deinit { population.count.withLock { $0 -= 1 } }
    }

    /// A store at a time that the test sets, asked by strings and numbers.
    final class Subject {
        var store: MemoryStore
        var time = MemoryInstant(nanoseconds: 0)
        let hash = KeyHash()
        let population = Tracked.Population()

        init(limit: Int) { store = MemoryStore(limit: limit) }

        func get(_ key: String) -> Int? {
            hash.withKey(key) { key in (store.get(key, now: { self.time }) as? Tracked)?.number }
        }

        func set(
            _ key: String, _ number: Int, cost: Int = 1, _ timeToLive: TimeToLive = .forever, ifNotExists: Bool = false
        ) -> Bool {
            var debt = begin(key, number, cost: cost, timeToLive, ifNotExists: ifNotExists)
            while debt.debt > 0 { debt.debt = settle(key, debt.debt) }
            return debt.isSet
        }

        /// Sets without evicting more than one step's worth.
        func begin(
            _ key: String, _ number: Int, cost: Int = 1, _ timeToLive: TimeToLive = .forever, ifNotExists: Bool = false
        ) -> MemoryStore.Setting {
            hash.withKey(key) { begin($0, number, cost: cost, timeToLive, ifNotExists: ifNotExists) }
        }

        /// Sets a key whose hash the test has chosen, without evicting more than one step's worth.
        func begin(
            _ key: MemoryKey, _ number: Int, cost: Int = 1, _ timeToLive: TimeToLive = .forever,
            ifNotExists: Bool = false
        ) -> MemoryStore.Setting {
            watchingSteps {
                var mayTouch = MemoryStore.evictionStep
                return store.set(
                    key, to: Tracked(number, of: population), cost: cost, timeToLive: timeToLive,
                    ifNotExists: ifNotExists, mayTouch: &mayTouch, now: { self.time })
            }
        }

        /// - Returns: what is owed still.
        func settle(_ key: String, _ debt: Int) -> Int {
            watchingSteps { hash.withKey(key) { store.settle($0, debt: debt) } }
        }

        /// The most that one step has looked at or moved.
        private(set) var longestStep = 0

        private func watchingSteps<Result>(_ body: () -> Result) -> Result {
            let before = store.touched + store.moved
            defer { longestStep = max(longestStep, store.touched + store.moved - before) }
            return body()
        }

        func expire(_ key: String, _ timeToLive: TimeToLive) -> Bool {
            hash.withKey(key) { key in store.expire(key, in: timeToLive, now: { self.time }) }
        }

        func delete(_ key: String) -> Bool {
            hash.withKey(key) { key in store.delete(key, now: { self.time }) }
        }

        /// How many values are alive once those dropped have been released.
        func living() -> Int {
            _ = store.takeDropped()
            return population.count.withLock { $0 }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `it answers as a dictionary with deadlines would`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let subject = Subject(limit: .max)
        var model: [String: (number: Int, end: Int64)] = [:]
        var milliseconds: Int64 = 0
        for step in 0..<5000 {
            milliseconds += Int64.random(in: 0...1, using: &random)
            subject.time = MemoryInstant(nanoseconds: milliseconds * 1_000_000)
            model = model.filter { $0.value.end > milliseconds }

            let key = "key \(Int.random(in: 0..<100, using: &random))"
            let life = Int64.random(in: 0...200, using: &random)
            let timeToLive: TimeToLive = life == 0 ? .over : life > 150 ? .forever : .milliseconds(life)
            let end = life == 0 ? 0 : life > 150 ? .max : milliseconds + life
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                let answer = subject.set(key, step, timeToLive)
                #expect(answer)
                model[key] = end == 0 ? nil : (step, end)
            case 1:
                let answer = subject.set(key, step, timeToLive, ifNotExists: true)
                #expect(answer == (model[key] == nil))
                if model[key] == nil, end > 0 { model[key] = (step, end) }
            case 2:
                let answer = subject.expire(key, timeToLive)
                #expect(answer == (model[key] != nil))
                if let old = model[key] { model[key] = end == 0 ? nil : (old.number, end) }
            case 3 where step % 3 == 0:
                let answer = subject.delete(key)
                #expect(answer == (model.removeValue(forKey: key) != nil))
            default:
                let answer = subject.get(key)
                #expect(answer == model[key]?.number)
            }
        }
        _ = subject.store.sweep(slots: subject.store.capacity, now: { subject.time })
        #expect(subject.store.count == model.count)
        #expect(subject.living() == model.count)
    }

    @Test(arguments: [1, 9, 10, 100], [1, 2] as [UInt64])
    func `it never costs more than its limit`(_ limit: Int, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let subject = Subject(limit: limit)
        var latest: [String: (number: Int, cost: Int)] = [:]
        for step in 0..<3000 {
            let key = "key \(Int.random(in: 0..<limit * 3, using: &random))"
            if Bool.random(using: &random) {
                let cost = Int.random(in: 1...limit + 1, using: &random)
                _ = subject.set(key, step, cost: cost)
                latest[key] = (step, cost)
            } else if let number = subject.get(key) {
                #expect(number == latest[key]?.number)
            }
            if step.isMultiple(of: 100) {
                let there = latest.filter { subject.get($0.key) != nil }
                #expect(there.values.map(\.cost).reduce(0, +) <= limit)
                #expect(subject.store.count == there.count)
                #expect(subject.living() == there.count)
            }
        }
    }

    @Test func `a value dearer than the limit is not kept, nor the one before`() {
        let subject = Subject(limit: 10)
        let answers = [subject.set("key", 1, cost: 10), subject.set("key", 2, cost: 11)]
        #expect(answers == [true, true])
        #expect(subject.get("key") == nil)
        #expect(subject.living() == 0)
    }

    @Test func `a value that got dearer displaces others and stays`() {
        let subject = Subject(limit: 10)
        for number in 0..<5 { _ = subject.set("\(number)", number, cost: 2) }
        _ = subject.set("0", 100, cost: 9)
        #expect(subject.get("0") == 100)
        #expect((1..<5).allSatisfy { subject.get("\($0)") == nil })
        #expect(subject.living() == 1)
    }

    @Test func `what nobody asks for goes too, once other keys have been asked for often enough`() {
        let subject = Subject(limit: .max)
        for number in 0..<1000 { _ = subject.set("\(number)", number, .milliseconds(1)) }
        _ = subject.set("eternal", 0)
        subject.time = MemoryInstant(nanoseconds: 1_000_000)
        #expect(subject.store.count == 1001)
        for _ in 0..<1001 + 64 { #expect(subject.get("eternal") == 0) }
        #expect(subject.store.count == 1)
        #expect(subject.living() == 1)
    }

    @Test func `a value that cannot be kept is set only by who does not ask whether it exists`() {
        let subject = Subject(limit: 10)
        let answers = [11, 11, 10, 10].map { subject.set("lock", 1, cost: $0, ifNotExists: true) }
        #expect(answers == [false, false, true, false])
        #expect(subject.set("other", 1, cost: 11))
        let nothing = Subject(limit: 0)
        #expect(!nothing.set("lock", 1, ifNotExists: true))
        #expect(nothing.set("lock", 1))
    }

    @Test func `slots are used again`() {
        let subject = Subject(limit: 100)
        for number in 0..<10_000 { _ = subject.set("\(number)", number) }
        #expect(subject.store.count == 100)
        #expect(subject.store.capacity == 101)
    }

    @Test func `keys with the same hash are told apart`() {
        let subject = Subject(limit: .max)
        let keys = (0..<50).map { Array("key \($0)".utf8) }
        for (number, bytes) in keys.enumerated() {
            bytes.withUnsafeBytes { bytes in
                let value = Tracked(number, of: subject.population)
                var mayTouch = 1
                _ = subject.store.set(
                    MemoryKey(bytes: bytes, hash: 7), to: value, cost: 1, timeToLive: .forever, mayTouch: &mayTouch,
                    now: { subject.time })
            }
        }
        for (number, bytes) in keys.enumerated() {
            let found = bytes.withUnsafeBytes { bytes in
                subject.store.get(MemoryKey(bytes: bytes, hash: 7), now: { subject.time }) as? Tracked
            }
            #expect(found?.number == number)
        }
    }
}
