extension RedisURL {
    /// The user name and the password in front of the host; nil for each that is missing or empty.
    /// A `+` is a plus here.
    func login() throws(RedisURLError) -> (username: String?, password: String?) {
        guard let userInfo else { return (nil, nil) }
        let username = userInfo.prefix { $0 != UInt8(ascii: ":") }
        return (try Self.decode(username), try Self.decode(userInfo[username.endIndex...].dropFirst()))
    }

    private static func decode(_ text: Substring.UTF8View) throws(RedisURLError) -> String? {
        guard let decoded = String(percentEncoded: text) else {
            throw .invalidPart(.userInfo, allowed: "percent-encoded UTF-8")
        }
        return decoded.isEmpty ? nil : decoded
    }
}
