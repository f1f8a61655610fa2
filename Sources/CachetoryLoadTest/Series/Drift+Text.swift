extension Drift {
    /// The text for people: a row for each thing that may grow.
    var text: String {
        let heading = "\("Growth".padded(to: 15)) first quarter   last quarter        at most"
        let lines = rows.map { row in
            let numbers = [row.first, row.last, row.bound].map { NumberText.fixed($0, 1).rightAligned(in: 15) }
            let name = row.name == "memory" ? "memory, MB" : row.name
            return "  \(name.padded(to: 12))" + numbers.joined()
        }
        return ([heading] + lines).joined(separator: "\n")
    }
}
