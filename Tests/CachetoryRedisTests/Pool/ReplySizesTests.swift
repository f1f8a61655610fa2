import CachetoryRedis
import Testing

@Suite struct ReplySizesTests {
    private static let large = ReplySizes.largeSize
    private static let start = Timestamp(nanoseconds: 1)

    /// What is known after replies to one command, each with as many arguments.
    private func sizes(after replies: [Int], arguments: Int = 1) -> ReplySizes {
        var sizes = ReplySizes()
        for size in replies { sizes.note(size, of: "MGET", arguments: arguments, at: Self.start) }
        return sizes
    }

    private func expectsLarge(_ sizes: ReplySizes, arguments: Int = 1) -> Bool {
        sizes.expectedSize(of: "MGET", arguments: arguments) >= Self.large
    }

    @Test func `of a command without a large reply nothing is known`() {
        let sizes = sizes(after: [0, 100, Self.large - 1])
        #expect(sizes.isEmpty)
        #expect(!sizes.isKnown("MGET"))
        #expect(sizes.expectedSize(of: "MGET", arguments: 1000) == 0)
    }

    @Test func `what was learnt of many keys holds for fewer and for more`() {
        let sizes = sizes(after: Array(repeating: 10_000_000, count: 20), arguments: 1000)
        let expected = sizes.expectedSize(of: "MGET", arguments: 1000)
        #expect((9_900_000...10_000_000).contains(expected))
        #expect((9_900...10_000).contains(sizes.expectedSize(of: "MGET", arguments: 1)))
        #expect(expectsLarge(sizes, arguments: 7))
        #expect(!expectsLarge(sizes, arguments: 6))
        #expect(sizes.expectedSize(of: "GET", arguments: 1000) == 0)
    }

    @Test func `one reply to many keys is enough, if it was much larger than the limit`() {
        #expect(expectsLarge(sizes(after: [10_000_000], arguments: 100), arguments: 100))
        #expect(!expectsLarge(sizes(after: [100_000], arguments: 100), arguments: 100))
    }

    @Test(arguments: [
        ([1_000_000], false), ([1_000_000, 1_000_000, 1_000_000], true),
        ([1_000_000, 1_000_000, 1_000_000, 100], false), ([1_000_000, 100, 1_000_000, 100, 1_000_000], false),
        ([100, 1_000_000, 1_000_000, 1_000_000, 1_000_000], true),
    ])
    func `where all of a reply is one value, most of the last replies have to be large`(replies: [Int], isLarge: Bool) {
        #expect(expectsLarge(sizes(after: replies)) == isLarge)
    }

    @Test func `it forgets quickly how large they were`() {
        var sizes = sizes(after: Array(repeating: 10_000_000, count: 20), arguments: 100)
        var count = 0
        while expectsLarge(sizes, arguments: 100) {
            sizes.note(1000, of: "MGET", arguments: 100, at: Self.start)
            count += 1
        }
        #expect(count < 10)
        #expect(sizes.isKnown("MGET"))
    }

    @Test func `a command without arguments counts as one with one`() {
        let sizes = sizes(after: Array(repeating: Self.large * 2, count: 3), arguments: 0)
        #expect(expectsLarge(sizes, arguments: 0))
    }

    @Test func `a command is forgotten some time after its last large reply`() {
        var sizes = sizes(after: [1_000_000])
        let later = Self.start + ReplySizes.memory / 2
        sizes.note(1_000_000, of: "LRANGE", arguments: 3, at: later)
        sizes.note(100, of: "MGET", arguments: 1, at: later)
        sizes.forget(at: Self.start + (ReplySizes.memory - 1))
        #expect(sizes.isKnown("MGET"))
        sizes.forget(at: Self.start + ReplySizes.memory)
        #expect(!sizes.isKnown("MGET"))
        #expect(sizes.isKnown("LRANGE"))
        sizes.forget(at: later + ReplySizes.memory)
        #expect(sizes.isEmpty)
    }

    @Test func `few commands are remembered, those whose large replies came last`() {
        var sizes = ReplySizes()
        for number in 0..<ReplySizes.mostCommands {
            sizes.note(1_000_000, of: "C\(number)", arguments: 1, at: Self.start + Int64(number))
        }
        let later = Self.start + 1_000_000
        sizes.note(1_000_000, of: "C0", arguments: 1, at: later)
        sizes.note(100, of: "C1", arguments: 1, at: later)
        sizes.note(1_000_000, of: "ANOTHER", arguments: 1, at: later)
        #expect(!sizes.isKnown("C1"))
        #expect(sizes.isKnown("C0") && sizes.isKnown("C2") && sizes.isKnown("ANOTHER"))
    }
}
