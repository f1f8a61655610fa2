package import CachetorySmallFoundation

// As `ByteBuffer` writes them, but for values that are large enough to be lent.
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

    /// Writes a command of keys and their values, such as `MSET`.
    package mutating func appendCommand(_ name: StaticString, items: [(key: String, value: Data)]) {
        var isLending = false
        items.forEachBorrowed { if $0.value.value.count >= Self.lentSize { isLending = true } }
        if isLending { appendLending(name, items) } else { copied.appendCommand(name, items: items) }
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
    private mutating func appendLending(_ name: StaticString, _ items: [(key: String, value: Data)]) {
        copied.appendPart(bound: CommandWriter.headerBound + CommandWriter.bound(of: name)) {
            $0.writeHeader(argumentCount: 1 + 2 * items.count)
            $0.write(name)
        }
        for (key, value) in items {
            copied.appendPart(bound: CommandWriter.bound(of: key)) { $0.write(key) }
            if value.count >= Self.lentSize {
                appendLent(value)
            } else {
                copied.appendPart(bound: CommandWriter.bound(of: value)) { $0.write(value) }
            }
        }
    }

    private mutating func appendLent(_ value: Data) {
        copied.appendPart(bound: CommandWriter.headerBound) { $0.writeBulkHeader(count: value.count) }
        lend(value)
        copied.appendPart(bound: CommandWriter.headerBound) { $0.writeLineEnd() }
    }

    @inline(never)
    private mutating func appendLending(_ arguments: [RESPArgument]) {
        copied.appendPart(bound: CommandWriter.headerBound) { $0.writeHeader(argumentCount: arguments.count) }
        for argument in arguments {
            if let value = Self.lentValue(of: argument) {
                appendLent(value)
            } else {
                copied.appendPart(bound: argument.bound) { argument.write(to: &$0) }
            }
        }
    }
}
