import CachetoryTestSupport

/// The real redis-py, asked what it makes of URLs.
enum RedisPy {
    /// What redis-py makes a connection with: its class, and the arguments that the URL gives.
    struct Connection: Decodable, Sendable {
        let connectionClass: String
        let arguments: [String: Argument]
    }

    /// A Python value, reduced to what can be compared.
    enum Argument: Decodable, Sendable, Hashable {
        case none
        case boolean(Bool)
        case number(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let value = try? container.decode(Bool.self) {
                self = .boolean(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let letters = try? container.decode([String].self) {
                // It makes a list of letters of a word for `retry_on_error`.
                self = .text(letters.joined())
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    /// The connections of some URLs. Starts Python once for all of them.
    static func connections(of urls: [String]) async throws -> [String: Connection] {
        try await PythonScript(named: "redis_py_urls.py", beside: #filePath).answer(to: urls)
    }
}
