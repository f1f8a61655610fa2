/// One row of the table of options: how it is called, what it means and what it changes.
struct Option: Sendable {
    let name: String
    /// Its value's placeholder in the help; nil if it takes none.
    let placeholder: String?
    let help: String
    private let apply: @Sendable (inout Options, String) throws(OptionError) -> Void

    init<Value>(
        _ name: String, _ placeholder: String, _ value: OptionValue<Value>, _ help: String,
        set: @escaping @Sendable (inout Options, Value) -> Void
    ) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        apply = { (options, text) throws(OptionError) in
            guard let result = value.read(text) else {
                throw .badValue(option: name, value: text, expected: value.expected)
            }
            set(&options, result)
        }
    }

    /// An option without a value.
    init(_ name: String, _ help: String, set: @escaping @Sendable (inout Options) -> Void) {
        self.name = name
        self.help = help
        placeholder = nil
        apply = { options, _ in set(&options) }
    }

    /// Reads the value and changes the options.
    func read(_ text: String, into options: inout Options) throws(OptionError) {
        try apply(&options, text)
    }
}
