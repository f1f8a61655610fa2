import Foundation
import RESP
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
    func `a value is lent if it is large`(size: Int) {
        let value = Self.value(size)
        var set = OutgoingBytes()
        set.appendSet("key", to: value, milliseconds: nil, ifNotExists: false)
        #expect(set.lends(value) == (size >= OutgoingBytes.lentSize))
        var command = OutgoingBytes()
        command.appendCommand(["ECHO", .bytes(value)])
        #expect(command.lends(value) == (size >= OutgoingBytes.lentSize))
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
