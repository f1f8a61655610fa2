import Foundation

/// Where everything goes that is not the report.
enum StandardError {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    @Sendable static func write(_ text: String) {
        // Where nobody can be told, nothing is said.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// One line with the program's name before it.
    static func writeLine(_ text: String) {
        write("load-test: \(text)\n")
    }
}
