/// Text as it stands in HTML and SVG.
enum HTML {
    /// The text with nothing in it that would be taken for markup, in an element as well as in a quoted attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    /// A row of a table: a name, and what stands behind it.
    static func row(_ name: String, _ value: String) -> String {
        "<tr><th scope=\"row\">\(escaped(name))</th><td>\(escaped(value))</td></tr>"
    }
}
