extension RESPServerError {
    /// Splits the line of an error reply at its first space, and cuts it before repeated arguments.
    init(line: UnsafeRawBufferPointer) {
        let line = line.prefixWithoutArguments
        let code = line.prefix { $0 != UInt8(ascii: " ") }
        self.init(
            code: String(decoding: UnsafeRawBufferPointer(rebasing: code), as: UTF8.self),
            message: String(decoding: UnsafeRawBufferPointer(rebasing: line.dropFirst(code.count + 1)), as: UTF8.self)
        )
    }
}

extension UnsafeRawBufferPointer {
    /// What stands before `, with args beginning with:`, behind which a server repeats the command that it does not know.
    fileprivate var prefixWithoutArguments: UnsafeRawBufferPointer {
        let mark = Array(", with args".utf8)
        guard count >= mark.count else { return self }
        for start in 0...count - mark.count
        where self[start] == mark[0] && self[start..<start + mark.count].elementsEqual(mark) {
            return UnsafeRawBufferPointer(rebasing: self[..<start])
        }
        return self
    }
}
