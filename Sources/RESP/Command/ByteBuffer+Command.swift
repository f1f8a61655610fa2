extension ByteBuffer {
    /// Writes a command as the server expects it: an array of bulk strings.
    ///
    /// Room for all of it is made first; then every byte is written once, right where it goes.
    package mutating func appendCommand(_ arguments: [RESPArgument]) {
        var bound = CommandWriter.headerBound
        for index in arguments.indices { bound += CommandWriter.bound(of: arguments[index]) }
        var writer = CommandWriter(at: tail(minimum: bound))
        writer.writeHeader(argumentCount: arguments.count)
        for index in arguments.indices { writer.write(arguments[index]) }
        commit(writer.count)
    }
}
