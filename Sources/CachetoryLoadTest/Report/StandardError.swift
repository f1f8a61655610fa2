import Foundation

/// Output that is not the report.
enum StandardError {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns of the terminal, or the usual number if unknown.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    @Sendable static func write(_ text: String) {
        // There is nowhere to report a failure.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// One line with the program's name before it.
    static func writeLine(_ text: String) {
        write("load-test: \(text)\n")
    }
}
