extension RESPServerError {
    /// So many characters of what a server said are shown: more than its own errors have, and no more than a line of a log
    /// should.
    package static let shownCharacters = 512
}

extension String {
    /// What a peer said as it may be shown: cut, and without control characters, which could forge lines of a log or give
    /// orders to a terminal. They are escaped as in Swift, `\n` or `\u{1B}`.
    ///
    /// - Parameter limit: how many characters of the text are shown. Dots follow where there are more.
    package init(printable text: some StringProtocol, atMost limit: Int) {
        self.init()
        var left = limit
        for scalar in text.unicodeScalars {
            if left == 0 {
                append("...")
                return
            }
            left -= 1
            if scalar.isPrintable { unicodeScalars.append(scalar) } else { append(scalar.escaped(asASCII: true)) }
        }
    }
}

extension Unicode.Scalar {
    /// Whether it may be shown as it is. Others break lines, are commands to a terminal, or change the order of what stands
    /// around them.
    fileprivate var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }
}
