import Testing

@testable import Cachetory

@Suite struct ComputedValuesTests {
    private typealias Values = ComputedValues<Int>

    private let a = CacheKey("a")
    private let b = CacheKey("b")
    private let c = CacheKey("c")
    private let d = CacheKey("d")

    /// Of `a` and `b` for 10 s, `c` for ever, `d` not to be stored.
    private var mixed: Values {
        Values(
            [
                a: Computed(1, timeToLive: .seconds(10)), b: Computed(2, timeToLive: .seconds(10)),
                c: Computed(3, timeToLive: .forever), d: .notStored(4),
            ]
        ) { $0.duration(ofCache: .seconds(60)) }
    }

    private func texts(_ keys: [CacheKey]) -> [String] { keys.map(\.text).sorted() }

    private func items(_ part: Values.Part?) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: (part?.items ?? []).map { ($0.key, $0.value) })
    }

    // MARK: - Values with terms of their own

    @Test func `equal times to live are shortened alike`() {
        var asked: [CacheTimeToLive] = []
        let timesToLive: [CacheTimeToLive] = [.ofCache, .forever, .seconds(10), .seconds(20)]
        var computed: [CacheKey: Computed<Int>] = [:]
        for (number, timeToLive) in timesToLive.enumerated() {
            for copy in 0..<5 { computed[CacheKey("\(number) \(copy)")] = Computed(number, timeToLive: timeToLive) }
        }
        let values = Values(computed) { timeToLive in
            asked.append(timeToLive)
            return timeToLive == .forever ? nil : .milliseconds(asked.count)
        }
        // Once each, also where the answer is nil.
        #expect(asked.count == 4)
        #expect(Set(asked) == Set(timesToLive))
        #expect(values.parts.count == 4)
        for part in values.parts {
            #expect(part.items.count == 5)
            #expect(Set(part.items.map(\.value)).count == 1)
        }
        for (key, terms) in values.terms ?? [:] {
            #expect((terms.timeToLive == nil) == (computed[key]?.timeToLive == .forever))
        }
    }

    @Test func `each value has the terms that it was computed with`() {
        let values = Values(
            [
                a: Computed(1), b: .notStored(2), c: .failed(using: 3),
                // A failure is not stored, whatever it says.
                d: Computed(4, timeToLive: .forever, isStored: true, isFailure: true),
            ]
        ) { $0.duration(ofCache: .seconds(60)) }
        #expect(values.values == [a: 1, b: 2, c: 3, d: 4])
        let expected: [CacheKey: Values.Terms] = [
            a: .init(timeToLive: .seconds(60)),
            b: .init(timeToLive: .seconds(60), isStored: false),
            c: .init(timeToLive: .seconds(60), isStored: false, isFailure: true),
            d: .init(timeToLive: nil, isStored: false, isFailure: true),
        ]
        #expect(values.terms == expected)
        #expect(values.storedKeys == [a])
        #expect(texts(values.failures) == ["c", "d"])
    }

    @Test func `no values have no terms to ask for`() {
        let values = Values([:]) { _ in
            Issue.record("asked")
            return nil
        }
        #expect(values.storedKeys.isEmpty)
        #expect(values.failures.isEmpty)
        #expect(values.parts.isEmpty)
    }

    // MARK: - What is stored

    @Test func `without terms all is stored or nothing`() {
        var values = Values(values: [a: 1, b: 2], timeToLive: .seconds(5))
        #expect(texts(values.storedKeys) == ["a", "b"])
        #expect(values.failures.isEmpty)
        values.isStored = false
        #expect(values.storedKeys.isEmpty)
    }

    @Test func `with terms those are stored that are to be`() {
        var values = mixed
        #expect(texts(values.storedKeys) == ["a", "b", "c"])
        #expect(values.failures.isEmpty)
        values.isStored = false
        #expect(values.storedKeys.isEmpty)
    }

    @Test func `values are stored in as many parts as there are times to live`() {
        let parts = mixed.limited(to: [a, b, c]).parts
        #expect(parts.count == 2)
        let short = parts.first { $0.timeToLive == .seconds(10) }
        #expect(items(short) == ["a": 1, "b": 2])
        let long = parts.first { $0.timeToLive == nil }
        #expect(items(long) == ["c": 3])
    }

    @Test func `without terms there is one part`() {
        let parts = Values(values: [a: 1, b: 2], timeToLive: .seconds(5)).parts
        #expect(parts.count == 1)
        #expect(parts.first?.timeToLive == .seconds(5))
        #expect(items(parts.first) == ["a": 1, "b": 2])
    }

    @Test func `keys that look the same are two`() {
        let keys = [CacheKey("caf\u{E9}"), CacheKey("cafe\u{301}")]
        let values = Values([keys[0]: Computed(1), keys[1]: .notStored(2)]) { _ in nil }
        #expect(values.values.count == 2)
        #expect(values.storedKeys == [keys[0]])
        #expect(values.parts.map { $0.items.map(\.value).sorted() } == [[1, 2]])
    }

    // MARK: - Changes

    @Test func `some of the keys keep their terms`() {
        let some = mixed.limited(to: [c, d])
        #expect(some.values == [c: 3, d: 4])
        #expect(some.storedKeys == [c])
        #expect(some.terms?[c] == mixed.terms?[c])
        #expect(mixed.limited(to: [a, b, c, d]).values == mixed.values)
        #expect(mixed.limited(to: []).values.isEmpty)
        let plain = Values(values: [a: 1, b: 2], timeToLive: .seconds(5), ifNotExists: true).limited(to: [b])
        #expect(plain.values == [b: 2])
        #expect(plain.timeToLive == .seconds(5))
        #expect(plain.ifNotExists)
    }

    @Test func `another time to live changes nothing else`() {
        let longer = mixed.mappingTimesToLive { $0.map { $0 + .seconds(1) } }
        #expect(longer.values == mixed.values)
        let expected: [CacheKey: Values.Terms] = [
            a: .init(timeToLive: .seconds(11)), b: .init(timeToLive: .seconds(11)), c: .init(timeToLive: nil),
            d: .init(timeToLive: .seconds(61), isStored: false),
        ]
        #expect(longer.terms == expected)
        let failed = Values([a: .failed(using: 1)]) { _ in .seconds(1) }.mappingTimesToLive { _ in nil }
        #expect(failed.terms?[a] == Values.Terms(timeToLive: nil, isStored: false, isFailure: true))

        let plain = Values(values: [a: 1], timeToLive: .seconds(5), ifNotExists: true)
        let changed = plain.mappingTimesToLive { $0.map { $0 * 2 } }
        #expect(changed.timeToLive == .seconds(10))
        #expect(changed.ifNotExists && changed.isStored)
        #expect(changed.terms == nil)
        #expect(plain.mappingTimesToLive { _ in nil }.timeToLive == nil)
    }
}
