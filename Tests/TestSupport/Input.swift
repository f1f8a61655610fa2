import Testing

/// A text that a test is given, whose name is short and of one line whatever is in it: what Swift Testing prints of a
/// `String` is the string itself.
package struct Input: CustomTestStringConvertible, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    private static let shown = 40

    package var testDescription: String {
        let size = text.utf8.count
        // Not a prefix of the characters: to find those of a text without any takes as long as to read all of it.
        let start = String(decoding: text.utf8.prefix(Self.shown), as: UTF8.self).debugDescription
        return size > Self.shown ? "\(start)… (\(size) bytes)" : start
    }
}
