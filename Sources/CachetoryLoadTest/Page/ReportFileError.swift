import Foundation

/// Why the page was not written after all.
struct ReportFileError: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String { "the report could not be written to \"\(path)\": \(String(cString: strerror(code)))" }
}
