/// An argument of a cached function that a key can be made of.
///
/// ```swift
/// struct Page: KeyArgument {
///     var number: Int
///     var keyText: String { "page(\(number.keyText))" }
/// }
/// ```
///
/// Text, numbers, booleans, dates, identifiers, bytes, URLs, enumerations with raw values, and collections and optionals
/// of them are such arguments already. An enumeration with raw values needs no more than the conformance.
public protocol KeyArgument: Sendable {
    /// What stands for the argument in a key: readable, and different for values that differ.
    ///
    /// Where it is made of several parts, put them between brackets, each by its own `keyText`.
    var keyText: String { get }
}

extension KeyArgument where Self: RawRepresentable, RawValue: KeyArgument {
    public var keyText: String { rawValue.keyText }
}
