package import CachetorySmallFoundation

// Commands as the server expects them: arrays of bulk strings. What is sent most often is written from the form in which
// its caller has it: a list of arguments would have to be built, and each key and value retained for it.
extension ByteBuffer {
    /// Writes any command.
    package mutating func appendCommand(_ arguments: [RESPArgument]) {
        appendCommand(arguments, bound: arguments.bound)
    }

    @inline(__always)
    mutating func appendCommand(_ arguments: [RESPArgument], bound: Int) {
        append(argumentCount: arguments.count, bound: bound) { writer in
            arguments.forEachBorrowed { $0.value.write(to: &writer) }
        }
    }

    /// Writes a command of one key, such as `GET`.
    package mutating func appendCommand(_ name: StaticString, key: String) {
        let bound = CommandWriter.bound(of: name) + CommandWriter.bound(of: key)
        append(argumentCount: 2, bound: bound) { writer in
            writer.write(name)
            writer.write(key)
        }
    }

    /// Writes a command of keys, such as `MGET`, or of nothing else, such as `MULTI`.
    package mutating func appendCommand(_ name: StaticString, keys: [String] = []) {
        var bound = CommandWriter.bound(of: name)
        keys.forEachBorrowed { bound += CommandWriter.bound(of: $0.value) }
        append(argumentCount: 1 + keys.count, bound: bound) { writer in
            writer.write(name)
            keys.forEachBorrowed { writer.write($0.value) }
        }
    }

    /// Writes a command of keys and their values, such as `MSET`.
    package mutating func appendCommand(_ name: StaticString, items: [(key: String, value: Data)]) {
        var bound = CommandWriter.bound(of: name)
        items.forEachBorrowed {
            bound += CommandWriter.bound(of: $0.value.key) + CommandWriter.bound(of: $0.value.value)
        }
        append(argumentCount: 1 + 2 * items.count, bound: bound) { writer in
            writer.write(name)
            items.forEachBorrowed {
                writer.write($0.value.key)
                writer.write($0.value.value)
            }
        }
    }

    /// Writes `SET`, with a time to live and `NX` if wanted.
    package mutating func appendSet(_ key: String, to value: Data, milliseconds: Int?, ifNotExists: Bool) {
        let argumentCount = 3 + (milliseconds == nil ? 0 : 2) + (ifNotExists ? 1 : 0)
        let bound = CommandWriter.bound(of: key) + CommandWriter.bound(of: value) + 4 * CommandWriter.shortBound
        append(argumentCount: argumentCount, bound: bound) { writer in
            writer.write("SET")
            writer.write(key)
            writer.write(value)
            if let milliseconds {
                writer.write("PX")
                writer.write(milliseconds)
            }
            if ifNotExists { writer.write("NX") }
        }
    }

    /// Writes a `SET` for each of the items.
    package mutating func appendSets(_ items: [(key: String, value: Data)], milliseconds: Int) {
        items.forEachBorrowed {
            appendSet($0.value.key, to: $0.value.value, milliseconds: milliseconds, ifNotExists: false)
        }
    }

    /// Makes room for all of a command; then every byte is written once, right where it goes.
    ///
    /// - Parameter bound: at least what the arguments take.
    @inline(__always)
    private mutating func append(argumentCount: Int, bound: Int, _ write: (inout CommandWriter) -> Void) {
        appendPart(bound: CommandWriter.headerBound + bound) { writer in
            writer.writeHeader(argumentCount: argumentCount)
            write(&writer)
        }
    }

    /// Writes a part of a command, which takes no more than `bound`.
    @inline(__always)
    mutating func appendPart(bound: Int, _ write: (inout CommandWriter) -> Void) {
        var writer = CommandWriter(at: tail(minimum: bound))
        write(&writer)
        commit(writer.count)
    }
}
