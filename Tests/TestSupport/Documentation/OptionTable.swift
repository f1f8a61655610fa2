import Foundation

/// A table of options in an article of the documentation: names in the first column, defaults in the second.
package struct OptionTable {
    package struct Row {
        /// A row may be about several options.
        package let names: [String]

        /// The default, without the backticks around it; nil where the article has none, or none in code.
        package let value: String?

        /// The default as it stands in the article.
        package let text: String
    }

    package let rows: [Row]

    /// Every name, in the article's order.
    package var names: [String] { rows.flatMap(\.names) }

    /// Reads the tables whose first column is headed `option`.
    package init(article: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = folder.appending(path: "../../../docs/Cachetory.docc/\(article).md")
        var rows: [Row] = []
        var isInside = false
        let text = try String(contentsOf: file, encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            if cells.count < 3 {
                isInside = false
            } else if cells[0] == "option" {
                isInside = true
            } else if isInside, cells[0].contains("`") {
                rows.append(Row(names: Self.code(in: cells[0]), value: Self.code(in: cells[1]).first, text: cells[1]))
            }
        }
        self.rows = rows
    }

    /// What stands between backticks.
    private static func code(in cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { position, part in
            position.isMultiple(of: 2) ? nil : String(part)
        }
    }
}
