extension RESPServerError {
    /// Splits the line of an error reply at its first space.
    init(line: UnsafeRawBufferPointer) {
        let code = line.prefix { $0 != UInt8(ascii: " ") }
        self.init(
            code: String(decoding: UnsafeRawBufferPointer(rebasing: code), as: UTF8.self),
            message: String(decoding: UnsafeRawBufferPointer(rebasing: line.dropFirst(code.count + 1)), as: UTF8.self)
        )
    }
}
