import CachetorySmallFoundation

/// The types that declare the length of their contents.
enum StringKind {
    /// `$`
    case bulk

    /// `=`
    case verbatim

    /// `!`
    case error

    /// `txt:`
    static let verbatimPrefixBytes = 4

    /// What may stand in place of a count.
    var lengthForms: LengthForms { self == .bulk ? [.null, .streamed] : [] }

    /// The value with these contents, which are copied.
    @inline(__always)
    func value(_ contents: UnsafeRawBufferPointer) throws(RESPError) -> RESPReply {
        self == .bulk ? .bulkString(Data(copying: contents)) : try rareValue(contents)
    }

    @inline(never)
    private func rareValue(_ contents: UnsafeRawBufferPointer) throws(RESPError) -> RESPReply {
        guard self == .verbatim else { return .error(RESPServerError(line: contents)) }
        let format = try Self.verbatimFormat(of: contents)
        let text = UnsafeRawBufferPointer(rebasing: contents[Self.verbatimPrefixBytes...])
        return .verbatimString(format: format, Data(copying: text))
    }

    /// Makes sure that the two bytes behind a string, which are there, are CR LF.
    @inline(__always)
    static func checkLineEnd(at end: UnsafeRawPointer) throws(RESPError) {
        guard end.loadUnaligned(as: UInt16.self) == LineScanner.lineEnd else {
            let found = UnsafeRawBufferPointer(start: end, count: LineScanner.lineEndBytes)
            throw .missingLineEnd(RESPError.excerpt(found))
        }
    }

    static func verbatimFormat(of contents: UnsafeRawBufferPointer) throws(RESPError) -> String {
        let prefix = contents.prefix(verbatimPrefixBytes)
        guard prefix.count == verbatimPrefixBytes, prefix.last == UInt8(ascii: ":") else {
            throw .invalidVerbatimFormat(RESPError.excerpt(UnsafeRawBufferPointer(rebasing: prefix)))
        }
        return String(decoding: prefix.dropLast(), as: UTF8.self)
    }
}

extension Data {
    /// By way of the initialiser for a pointer and a count: the one for a buffer is generic, and slower.
    @inline(__always)
    fileprivate init(copying bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else {
            self.init()
            return
        }
        self.init(bytes: start, count: bytes.count)
    }
}
