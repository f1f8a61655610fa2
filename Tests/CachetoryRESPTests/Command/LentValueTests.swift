import CachetoryRESP
import Foundation
import Testing

/// Commands with values around the size from which they are lent.
@Suite struct LentValueTests {
    private static let sizes = [0, 1, OutgoingBytes.lentSize - 1, OutgoingBytes.lentSize, 100_000, 1 << 20]

    private static func value(_ size: Int) -> Data {
        Data((0..<size).lazy.map { UInt8(truncatingIfNeeded: $0 % 251) })
    }

    @Test(arguments: sizes)
    func `a command is the same, lent or copied`(size: Int) {
        let value = Self.value(size)
        let commands: [[RESPArgument]] = [
            ["SET", "key", .bytes(value)],
            ["MSET", "a", .bytes(value), "b", .bytes(value.dropFirst(size / 2)), "c", .bytes(value)],
            ["SET", .string(String(repeating: "k", count: size)), .bytes(value), "PX", 1500],
        ]
        var bytes = OutgoingBytes()
        var expected = ByteBuffer()
        for command in commands {
            bytes.appendCommand(command)
            expected.appendCommand(command)
        }
        let isSame = bytes.takeAll() == expected.contents
        #expect(isSame)
    }

    @Test(arguments: sizes, [nil, 1500])
    func `SET is the same, lent or copied`(size: Int, milliseconds: Int?) {
        let value = Self.value(size)
        for ifNotExists in [false, true] {
            var bytes = OutgoingBytes()
            var expected = ByteBuffer()
            bytes.appendSet("key", to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
            expected.appendSet("key", to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
            let isSame = bytes.takeAll() == expected.contents
            #expect(isSame)
        }
    }

    @Test(arguments: sizes)
    func `MSET is the same, lent or copied`(size: Int) {
        let value = Self.value(size)
        let items = [
            (key: "a", value: value), (key: "b", value: Data("b".utf8)), (key: "c", value: value.dropFirst(1)),
        ]
        var bytes = OutgoingBytes()
        var expected = ByteBuffer()
        bytes.appendCommand("MSET", items: items)
        expected.appendCommand("MSET", items: items)
        let isSame = bytes.takeAll() == expected.contents
        #expect(isSame)
        let isNear = abs(items.encodedSize - expected.count) < 40
        #expect(isNear)
    }

    @Test(arguments: sizes, [0, 50, 2 * OutgoingBytes.lentSize])
    func `what was put together elsewhere is the same, and not copied again where it is large`(size: Int, before: Int) {
        let value = Self.value(size)
        let items = [(key: "a", value: value), (key: String(repeating: "k", count: before), value: value)]
        var others = OutgoingBytes()
        others.appendCommand("MSET", items: items)
        others.appendCommand(["ECHO", .string(String(repeating: "e", count: before))])
        var bytes = OutgoingBytes()
        bytes.appendCommand(["ECHO", "first"])
        bytes.append(others)
        bytes.appendCommand(["ECHO", "last"])
        let copied = bytes.copied.count
        #expect(copied < 3 * OutgoingBytes.lentSize)
        var expected = ByteBuffer()
        expected.appendCommand(["ECHO", "first"])
        expected.appendCommand("MSET", items: items)
        expected.appendCommand(["ECHO", .string(String(repeating: "e", count: before))])
        expected.appendCommand(["ECHO", "last"])
        let isSame = bytes.takeAll() == expected.contents
        #expect(isSame)
    }

    @Test(arguments: sizes)
    func `a value is lent if it is large`(size: Int) {
        let value = Self.value(size)
        var set = OutgoingBytes()
        set.appendSet("key", to: value, milliseconds: nil, ifNotExists: false)
        #expect(set.lends(value) == (size >= OutgoingBytes.lentSize))
        var command = OutgoingBytes()
        command.appendCommand(["ECHO", .bytes(value)])
        #expect(command.lends(value) == (size >= OutgoingBytes.lentSize))
        var many = OutgoingBytes()
        many.appendCommand("MSET", items: [(key: "key", value: value)])
        #expect(many.lends(value) == (size >= OutgoingBytes.lentSize))
        var sets = OutgoingBytes()
        sets.appendSets([(key: "key", value: value)], milliseconds: 1500)
        #expect(sets.lends(value) == (size >= OutgoingBytes.lentSize))
    }
}

extension OutgoingBytes {
    fileprivate func lends(_ value: Data) -> Bool {
        !isCopied && withFirstPieces { _, value, _ in value.baseAddress } == value.address
    }
}
