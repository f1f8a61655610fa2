/// An argument of a cached function that can be part of a key.
///
/// ```swift
/// struct Page: CacheKeyArgument {
///     var number: Int
///     var keyText: String { "page(\(number.keyText))" }
/// }
/// ```
///
/// Text, numbers, booleans, dates, identifiers, bytes, URLs, enumerations with raw values, and collections and
/// optionals of them are such arguments already. An enumeration with raw values needs no more than the conformance.
public protocol CacheKeyArgument: Sendable {
    /// The argument's text in a key: readable, and different for different values.
    ///
    /// Put several parts between brackets, each as its own `keyText`.
    var keyText: String { get }
}

extension CacheKeyArgument where Self: RawRepresentable, RawValue: CacheKeyArgument {
    public var keyText: String { rawValue.keyText }
}
