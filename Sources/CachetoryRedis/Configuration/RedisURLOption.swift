/// One option of a URL's query: its name, what it may be, and where the value goes.
struct RedisURLOption: Sendable {
    /// What a URL adds up to while it is read: the login may come in pieces from two places.
    struct Draft {
        var configuration: RedisClientConfiguration
        var host: String?
        var port: Int?
        var username: String?
        var password: String?
    }

    let name: String

    private let apply: @Sendable (String, inout Draft) throws(RedisURLError) -> Void

    /// An option that is allowed everywhere.
    init<Value>(
        _ name: String, _ value: OptionValue<Value>, _ target: any WritableKeyPath<Draft, Value> & Sendable
    ) {
        self.name = name
        self.apply = { text, draft throws(RedisURLError) in
            draft[keyPath: target] = try Self.parse(text, as: value, of: name)
        }
    }

    /// An option of TLS.
    init<Value>(
        _ name: String, _ value: OptionValue<Value>,
        tls target: any WritableKeyPath<RedisTLSConfiguration, Value> & Sendable
    ) {
        self.name = name
        self.apply = { text, draft throws(RedisURLError) in
            guard draft.configuration.tls != nil else { throw .needsTLS(option: name) }
            draft.configuration.tls?[keyPath: target] = try Self.parse(text, as: value, of: name)
        }
    }

    /// An option of redis-py's that means nothing here, such as how Python shows replies.
    init<Value>(_ name: String, withoutEffect value: OptionValue<Value>) {
        self.name = name
        self.apply = { text, _ throws(RedisURLError) in _ = try Self.parse(text, as: value, of: name) }
    }

    /// Puts the value of a decoded text into the draft.
    func apply(_ text: String, to draft: inout Draft) throws(RedisURLError) { try apply(text, &draft) }

    private static func parse<Value>(
        _ text: String, as value: OptionValue<Value>, of name: String
    ) throws(RedisURLError) -> Value {
        guard let parsed = value.parse(text) else { throw .invalidValue(option: name, allowed: value.allowed) }
        return parsed
    }
}
