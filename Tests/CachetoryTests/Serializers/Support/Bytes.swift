import Foundation

extension Data {
    /// Bytes in hexadecimal, with spaces anywhere.
    init(hex: String) {
        let digits = hex.filter { !$0.isWhitespace }
        self.init()
        var rest = digits[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            append(byte)
            rest = rest.dropFirst(2)
        }
    }

    /// The bytes in hexadecimal, with a space between two.
    var hex: String {
        map { String(format: "%02x", $0) }.joined(separator: " ")
    }
}
