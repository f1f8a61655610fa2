import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

/// What is written from its caller's own form is what a list of arguments would be.
@Suite(.timeLimit(.minutes(5))) struct CommandFormTests {
    static let texts = [
        "", "k", "user:session:1234", "fifteen bytes--", "sixteen bytes---", "a\r\nb\u{0}", "\u{0}", "Łódź 🚂",
        String(repeating: "é", count: 50_000),
    ]

    static let values = [
        Data(), Data([0]), Data("a\r\nb\u{0}".utf8), Data("fourteen bytes".utf8), Data("fifteen bytes--".utf8),
        Data(0...255), Data(repeating: 7, count: 1_000_000),
        // Slices, whose indices do not begin at zero: inline, of storage, and empty.
        Data("0123456789".utf8).dropFirst(4), Data(0...255).dropFirst(100).dropLast(3), Data(0...255).dropFirst(256),
    ]

    static let items = values.enumerated().map { (key: texts[$0 % texts.count], value: $1) }

    @Test(arguments: texts.map(Input.init))
    func `a command of a key`(_ input: Input) {
        let key = input.text
        expect(["GET", .string(key)]) { $0.appendCommand("GET", key: key) }
    }

    static let lists = [[]] + texts.map { [$0] } + [texts, Array(repeating: "key", count: 1000)]

    @Test(arguments: lists.indices)
    func `a command of keys`(_ index: Int) {
        let keys = Self.lists[index]
        expect(["MGET"] + keys.map { .string($0) }) { $0.appendCommand("MGET", keys: keys) }
    }

    @Test func `a command of nothing else`() {
        expect(["MULTI"]) { $0.appendCommand("MULTI") }
    }

    @Test(arguments: 0...values.count)
    func `a command of keys and their values`(_ count: Int) {
        let items = Array(Self.items.prefix(count))
        expect(["MSET"] + items.flatMap { [.string($0.key), .bytes($0.value)] }) {
            $0.appendCommand("MSET", items: items)
        }
    }

    @Test(arguments: texts.map(Input.init), values)
    func `SET`(_ input: Input, _ value: Data) {
        let key = input.text
        for milliseconds in [nil, 1, 60_000, .max] as [Int?] {
            for ifNotExists in [false, true] {
                let time: [RESPArgument] = milliseconds.map { ["PX", .integer($0)] } ?? []
                expect(["SET", .string(key), .bytes(value)] + time + (ifNotExists ? ["NX"] : [])) {
                    $0.appendSet(key, to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
                }
            }
        }
    }

    @Test func `SET for several`() {
        var expected = ByteBuffer()
        for (key, value) in Self.items {
            expected.appendCommand(["SET", .string(key), .bytes(value), "PX", 1500])
        }
        var buffer = ByteBuffer()
        buffer.appendSets(Self.items, milliseconds: 1500)
        #expect(buffer.contents == expected.contents)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `random keys and values`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let items = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                let value = Data((0..<Int.random(in: 0...40, using: &random)).map { UInt8($0) })
                return (
                    key: String(repeating: "é", count: Int.random(in: 0...20, using: &random)),
                    value: value.dropFirst(Int.random(in: 0...10, using: &random))
                )
            }
            expect(["MSET"] + items.flatMap { [.string($0.key), .bytes($0.value)] }) {
                $0.appendCommand("MSET", items: items)
            }
            expect(["DEL"] + items.map { .string($0.key) }) { $0.appendCommand("DEL", keys: items.map(\.key)) }
        }
    }

    /// Writes the form behind something else, into a buffer that is just large enough for that.
    private func expect(
        _ arguments: [RESPArgument], location: SourceLocation = #_sourceLocation,
        written: (inout ByteBuffer) -> Void
    ) {
        var expected = ByteBuffer()
        expected.append("+OK\r\n")
        expected.appendCommand(arguments)
        var buffer = ByteBuffer(capacity: 5)
        buffer.append("+OK\r\n")
        written(&buffer)
        #expect(buffer.contents == expected.contents, sourceLocation: location)
    }
}
