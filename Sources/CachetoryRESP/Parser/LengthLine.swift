/// The line that begins a string or an aggregate.
struct LengthLine {
    enum Length {
        /// Bytes, elements or pairs to come.
        case count(Int)

        /// RESP2's null: `-1`.
        case null

        /// Not known yet: `?`.
        case streamed
    }

    let length: Length

    /// The offset behind the line.
    let end: Int
}

/// What a type's line may hold besides a count.
struct LengthForms: OptionSet {
    let rawValue: UInt8

    static let null = LengthForms(rawValue: 1)
    static let streamed = LengthForms(rawValue: 2)
}
