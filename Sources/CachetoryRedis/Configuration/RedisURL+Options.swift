extension RedisURL {
    /// Puts the options of the query into the draft, in their order.
    func applyOptions(to draft: inout RedisURLOption.Draft) throws(RedisURLError) {
        var seen: Set<String> = []
        for item in query.split(separator: UInt8(ascii: "&")) {
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            let decoded = String(percentEncoded: name, plusIsSpace: true)
            guard let option = RedisURLOption.all.first(where: { $0.name == decoded }) else {
                throw .unknownOption(mayBeSecret(name, after: seen) ? nil : decoded)
            }
            guard seen.insert(option.name).inserted else { throw .repeatedOption(option.name) }
            guard let text = String(percentEncoded: item[name.endIndex...].dropFirst(), plusIsSpace: true) else {
                throw .invalidValue(option: option.name, allowed: "percent-encoded UTF-8")
            }
            do {
                try option.apply(text, to: &draft)
            } catch .invalidValue(let option, let allowed) {
                throw .invalidValue(option: option, allowed: allowed + hintAtPassword)
            }
        }
    }

    /// Whether a name that isn't known may be a piece of a password: one in front of the host whose unescaped `?` began
    /// the query, with the host's `@` still to come, or one in the query that an unescaped `&` cut in two.
    private func mayBeSecret(_ name: Substring.UTF8View, after seen: Set<String>) -> Bool {
        query.contains(UInt8(ascii: "@"))
            || !seen.isDisjoint(with: ["password", "ssl_password"])
            || name.count > Self.longestName || !name.allSatisfy { Character(Unicode.Scalar($0)).isNameCharacter }
    }

    /// Well above the longest option's name; more would only flood a log.
    private static let longestName = 40
}

extension Character {
    fileprivate var isNameCharacter: Bool { isASCII && (isLetter || isNumber || self == "_" || self == "-") }
}
