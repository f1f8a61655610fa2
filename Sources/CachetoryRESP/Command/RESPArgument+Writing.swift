// Of a borrowed argument, these borrow what is in it. A `switch` elsewhere would copy it.
extension RESPArgument {
    /// At least what ``write(to:)`` takes.
    @inline(__always)
    var bound: Int {
        switch self {
        case .string(let text): CommandWriter.bound(of: text)
        case .bytes(let data): CommandWriter.bound(of: data)
        case .integer: CommandWriter.shortBound
        }
    }

    @inline(__always)
    func write(to writer: inout CommandWriter) {
        switch self {
        case .string(let text): writer.write(text)
        case .bytes(let data): writer.write(data)
        case .integer(let number): writer.write(number)
        }
    }
}

extension [RESPArgument] {
    /// At least what all of them take.
    @inline(__always)
    var bound: Int {
        var bound = 0
        forEachBorrowed { bound += $0.value.bound }
        return bound
    }
}
