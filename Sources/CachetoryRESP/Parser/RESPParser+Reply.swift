/// The loop that reads replies.
extension RESPParser {
    /// The next reply. Stops with `nil` where the bytes end, and goes on there when it is called again.
    @inline(__always)
    mutating func readReply() throws(RESPError) -> RESPReply? {
        if string.state != .none {
            guard let value = try resumeString() else { return nil }
            if let reply = try aggregates.add(value, limits: limits) { return reply }
        }
        while let value = try readValue() {
            if let reply = try aggregates.add(value, limits: limits) { return reply }
        }
        if aggregates.hasPartialValue { try checkReceived() }
        if buffer.isEmpty { buffer.removeAll(keepingCapacityUpTo: RESPLimits.retainedBytes) }
        return nil
    }

    /// The next value that is complete in itself. Aggregates whose elements are yet to come are opened on the way.
    private mutating func readValue() throws(RESPError) -> RESPReply? {
        while !buffer.isEmpty {
            let type = buffer.front.load(as: UInt8.self)
            switch type {
            case UInt8(ascii: "$"): return try readString(.bulk)
            case UInt8(ascii: ":"): return try readInteger()
            case UInt8(ascii: "+"): return try readSimpleString()
            case UInt8(ascii: "_"): return try readNull()
            case UInt8(ascii: "-"): return try readError()
            case UInt8(ascii: ","): return try readDouble()
            case UInt8(ascii: "#"): return try readBoolean()
            case UInt8(ascii: "("): return try readBigNumber()
            case UInt8(ascii: "="): return try readString(.verbatim)
            case UInt8(ascii: "!"): return try readString(.error)
            case UInt8(ascii: "."): return try readEnd()
            default:
                guard let kind = AggregateKind(type: type) else {
                    throw type == UInt8(ascii: ";") ? .misplacedType(type) : .unknownType(type)
                }
                guard let length = try readLength(kind.lengthForms) else { return nil }
                if let value = try open(kind, length) { return value }
            }
        }
        return nil
    }

    /// Opens an aggregate, or returns it if that is all there is of it.
    private mutating func open(
        _ kind: AggregateKind, _ length: LengthLine.Length
    ) throws(RESPError) -> RESPReply? {
        if !aggregates.hasPartialValue { received = buffer.count }
        if kind == .attribute { try aggregates.countDropped(maximum: limits.attributes) }
        guard kind != .push || aggregates.depth == 0 else { throw .misplacedType(UInt8(ascii: ">")) }
        switch length {
        case .null: return .null
        case .count(0): return kind.emptyValue
        case .count(let count):
            // Half of the limit rather than twice the count, which may overflow.
            guard count <= limits.elements / kind.elementsPerCount else {
                throw .limitExceeded(.elements, maximum: limits.elements)
            }
            let elements = count * kind.elementsPerCount
            try aggregates.open(kind, count: elements, received: buffer.count, limits: limits)
        case .streamed:
            try aggregates.open(kind, count: nil, received: buffer.count, limits: limits)
        }
        return nil
    }

    /// Whether what has come of an aggregate that is not complete is within its limit. Asked whenever there is nothing left
    /// to read, rather than for each element.
    @inline(never)
    private func checkReceived() throws(RESPError) {
        guard received + aggregates.keptCount * RESPLimits.elementBytes <= limits.replyBytes else {
            throw .limitExceeded(.replyBytes, maximum: limits.replyBytes)
        }
    }

    /// `.`, the end of a streamed aggregate.
    private mutating func readEnd() throws(RESPError) -> RESPReply? {
        guard let end = try scanner.empty() else { return nil }
        buffer.skip(end)
        return try aggregates.endStream()
    }
}
