package import SmallFoundation

// As `ByteBuffer` writes them, but for values that are large enough to be lent. `MSET` is for many small ones, and copies
// them all.
extension OutgoingBytes {
    /// Writes any command.
    package mutating func appendCommand(_ arguments: [RESPArgument]) {
        let bound = arguments.bound
        if bound >= Self.lentSize, arguments.contains(where: { Self.lentValue(of: $0) != nil }) {
            return appendLending(arguments)
        }
        copied.appendCommand(arguments, bound: bound)
    }

    /// Writes `SET`, with a time to live and `NX` if wanted.
    package mutating func appendSet(_ key: String, to value: Data, milliseconds: Int?, ifNotExists: Bool) {
        if value.count < Self.lentSize {
            return copied.appendSet(key, to: value, milliseconds: milliseconds, ifNotExists: ifNotExists)
        }
        var arguments: [RESPArgument] = ["SET", .string(key), .bytes(value)]
        if let milliseconds { arguments += ["PX", .integer(milliseconds)] }
        if ifNotExists { arguments.append("NX") }
        appendLending(arguments)
    }

    /// Writes a `SET` for each of the items.
    package mutating func appendSets(_ items: [(key: String, value: Data)], milliseconds: Int) {
        items.forEachBorrowed {
            appendSet($0.value.key, to: $0.value.value, milliseconds: milliseconds, ifNotExists: false)
        }
    }

    private static func lentValue(of argument: RESPArgument) -> Data? {
        if case .bytes(let value) = argument, value.count >= lentSize { value } else { nil }
    }

    @inline(never)
    private mutating func appendLending(_ arguments: [RESPArgument]) {
        copied.appendPart(bound: CommandWriter.headerBound) { $0.writeHeader(argumentCount: arguments.count) }
        for argument in arguments {
            if let value = Self.lentValue(of: argument) {
                copied.appendPart(bound: CommandWriter.headerBound) { $0.writeBulkHeader(count: value.count) }
                lend(value)
                copied.appendPart(bound: CommandWriter.headerBound) { $0.writeLineEnd() }
            } else {
                copied.appendPart(bound: argument.bound) { argument.write(to: &$0) }
            }
        }
    }
}
