/// What is wrong with a command line, in one line that names the option.
enum OptionError: Error, Equatable {
    case unknown(String)
    case missingValue(String)
    case badValue(option: String, value: String, expected: String)
    case refused(option: String, reason: String)
    case notAnOption(String)
}

extension OptionError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unknown(let option): "\(option): no such option; see --help"
        case .missingValue(let option): "\(option): a value is missing"
        case .badValue(let option, let value, let expected):
            "\(option): \(Self.shown(value, quoted: true)) is not \(expected)"
        case .refused(let option, let reason): "\(option): \(reason)"
        case .notAnOption(let argument):
            "\(Self.shown(argument, quoted: false)): every argument is an option; see --help"
        }
    }

    /// A URL is not repeated, for it may have a password in it.
    private static func shown(_ text: String, quoted: Bool) -> String {
        if text.contains("://") || text.contains("@") { return "a URL" }
        return quoted ? "\"\(text)\"" : text
    }
}
