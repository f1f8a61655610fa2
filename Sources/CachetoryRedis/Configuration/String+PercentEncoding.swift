extension String {
    /// Decodes percent-encoded text, once.
    ///
    /// A `%` that two hexadecimal digits don't follow stands for itself, as in redis-py: passwords have them.
    ///
    /// - Parameter plusIsSpace: as in the query of a URL, and nowhere else in it.
    /// - Returns: nil if the bytes aren't UTF-8.
    init?(percentEncoded text: Substring.UTF8View, plusIsSpace: Bool = false) {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                if let escaped = Self.byte(hexadecimal: rest.prefix(2)) {
                    rest = rest.dropFirst(2)
                    decoded.append(escaped)
                } else {
                    decoded.append(byte)
                }
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(UInt8(ascii: " "))
            default:
                decoded.append(byte)
            }
        }
        self.init(validating: decoded, as: UTF8.self)
    }

    private static func byte(hexadecimal digits: Substring.UTF8View) -> UInt8? {
        // `UInt8(_:radix:)` alone would take a sign too.
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt8(Substring(digits), radix: 16)
    }
}
