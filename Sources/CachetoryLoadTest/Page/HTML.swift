/// Text as it stands in HTML and SVG.
enum HTML {
    /// The text with its markup escaped, for an element or a quoted attribute.
    ///
    /// It goes by scalars, as a browser does: `<` with a combining mark is one character, yet opens a tag.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;".unicodeScalars
            case "<": result += "&lt;".unicodeScalars
            case ">": result += "&gt;".unicodeScalars
            case "\"": result += "&quot;".unicodeScalars
            case "'": result += "&#39;".unicodeScalars
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// A row of a table: a name and its value.
    static func row(_ name: String, _ value: String) -> String {
        row(name, [value])
    }

    /// A row of a table with several columns.
    static func row(_ name: String, _ values: [String]) -> String {
        let cells = values.map { "<td>\(escaped($0))</td>" }.joined()
        return "<tr><th scope=\"row\">\(escaped(name))</th>\(cells)</tr>"
    }

    /// The first row of such a table. All but the first column are numbers.
    static func headings(_ names: [String]) -> String {
        "<tr>\(names.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined())</tr>"
    }
}
