package import Foundation

// Commands as the server expects them: arrays of bulk strings. Room for all of one is made first; then every byte is
// written once, right where it goes. What is sent most often is written from the form in which its caller has it: a list
// of arguments would have to be built, and each key and value retained for it.
extension ByteBuffer {
    /// Writes any command.
    package mutating func appendCommand(_ arguments: [RESPArgument]) {
        var bound = CommandWriter.headerBound
        arguments.forEachBorrowed { bound += $0.value.bound }
        var writer = CommandWriter(at: tail(minimum: bound))
        writer.writeHeader(argumentCount: arguments.count)
        arguments.forEachBorrowed { $0.value.write(to: &writer) }
        commit(writer.count)
    }

    /// Writes a command of one key, such as `GET`.
    package mutating func appendCommand(_ name: StaticString, key: String) {
        let bound = CommandWriter.headerBound + CommandWriter.bound(of: name) + CommandWriter.bound(of: key)
        var writer = CommandWriter(at: tail(minimum: bound))
        writer.writeHeader(argumentCount: 2)
        writer.write(name)
        writer.write(key)
        commit(writer.count)
    }

    /// Writes a command of keys, such as `MGET`, or of nothing else, such as `MULTI`.
    package mutating func appendCommand(_ name: StaticString, keys: [String] = []) {
        var bound = CommandWriter.headerBound + CommandWriter.bound(of: name)
        keys.forEachBorrowed { bound += CommandWriter.bound(of: $0.value) }
        var writer = CommandWriter(at: tail(minimum: bound))
        writer.writeHeader(argumentCount: 1 + keys.count)
        writer.write(name)
        keys.forEachBorrowed { writer.write($0.value) }
        commit(writer.count)
    }

    /// Writes a command of keys and their values, such as `MSET`.
    package mutating func appendCommand(_ name: StaticString, items: [(key: String, value: Data)]) {
        var bound = CommandWriter.headerBound + CommandWriter.bound(of: name)
        items.forEachBorrowed {
            bound += CommandWriter.bound(of: $0.value.key) + CommandWriter.bound(of: $0.value.value)
        }
        var writer = CommandWriter(at: tail(minimum: bound))
        writer.writeHeader(argumentCount: 1 + 2 * items.count)
        writer.write(name)
        items.forEachBorrowed {
            writer.write($0.value.key)
            writer.write($0.value.value)
        }
        commit(writer.count)
    }

    /// Writes `SET`, with a time to live and `NX` if wanted.
    package mutating func appendSet(_ key: String, to value: Data, milliseconds: Int?, ifNotExists: Bool) {
        let bound = 5 * CommandWriter.shortBound + CommandWriter.bound(of: key) + CommandWriter.bound(of: value)
        var writer = CommandWriter(at: tail(minimum: bound))
        writer.writeHeader(argumentCount: 3 + (milliseconds == nil ? 0 : 2) + (ifNotExists ? 1 : 0))
        writer.write("SET")
        writer.write(key)
        writer.write(value)
        if let milliseconds {
            writer.write("PX")
            writer.write(milliseconds)
        }
        if ifNotExists { writer.write("NX") }
        commit(writer.count)
    }

    /// Writes a `SET` for each of the items.
    package mutating func appendSets(_ items: [(key: String, value: Data)], milliseconds: Int) {
        items.forEachBorrowed {
            appendSet($0.value.key, to: $0.value.value, milliseconds: milliseconds, ifNotExists: false)
        }
    }
}
