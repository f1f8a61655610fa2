import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Looks whether tags and attributes are as XML has them.
enum Markup {
    /// What is wrong with a text that has one outermost element; nil if it is well-formed.
    static func problem(in text: String) -> String? {
        let parser = XMLParser(data: Data(text.utf8))
        if parser.parse() { return nil }
        return "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "not well-formed")"
    }
}
