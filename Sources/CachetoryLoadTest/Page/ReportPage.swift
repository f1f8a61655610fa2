/// A report as one self-contained page for a browser, without network or script.
struct ReportPage {
    let report: Report

    /// All latencies of the run.
    let latencies: Histogram

    /// What was asked for, line by line, as in the report for a terminal.
    let heading: String

    /// When the run ended, for whoever finds the page later.
    let date: String

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(HTML.escaped(title))</title>
        <style>
        \(PageStyle.css)
        </style>
        </head>
        <body>
        <main>
        <header>
        <h1>Load test</h1>
        <p class="verdict \(report.isSuccess ? "good" : "bad")">\(HTML.escaped(verdict))</p>
        <p>\(headingLines)</p>
        <p class="date">\(HTML.escaped(date))</p>
        </header>
        \(tiles)
        \(plots.map(\.svg).joined(separator: "\n"))
        \(tables)
        </main>
        </body>
        </html>

        """
    }

    private var title: String { "load-test: \(report.workload), \(report.api), \(report.tasks) \(report.callers)" }

    private var headingLines: String {
        heading.split(separator: "\n").map { HTML.escaped(String($0)) }.joined(separator: "<br>")
    }

    /// The outcome in a sentence.
    private var verdict: String {
        let faults = [(report.errors, "errors"), (report.wrongValues, "wrong values")]
            .filter { $0.0 > 0 }
            .map { "\(NumberText.grouped($0.0)) \($0.1)" }
        let end = report.interrupted ? "Interrupted. " : ""
        if report.operations == 0 && faults.isEmpty { return "\(end)Nothing was done." }
        if !report.isSuccess {
            return end + (faults + report.failures.prefix(1)).joined(separator: ", ") + "."
        }
        let errors = faults.isEmpty ? "No errors" : "\(faults.joined()), as was to be expected"
        let missed = report.missedRate.map { " But only \($0)." } ?? ""
        return "\(end)\(errors), and every value was right.\(missed)"
    }
}
