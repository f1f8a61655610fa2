/// What is wrong with the URL of a backend.
///
/// ```swift
/// do {
///     _ = try CacheBackendURL("memcached://localhost")
/// } catch let error as CacheBackendURLError {
///     print(error)  // names the schemes that there are
/// }
/// ```
public enum CacheBackendURLError: Error, Equatable {
    /// There is no `://` in it.
    case noScheme

    /// No backend has this scheme; nil if the text before `://` is no scheme and may be a secret.
    case unknownScheme(String?)

    /// Text follows a scheme that takes none.
    case unexpectedRest(scheme: String)
}

extension CacheBackendURLError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noScheme: "the backend's URL has no scheme; it starts with one of \(Self.known)"
        case .unknownScheme(nil): "the backend's URL does not begin with a scheme; it starts with one of \(Self.known)"
        case .unknownScheme(let scheme?):
            "no backend has the scheme '\(scheme)'\(Self.hint(at: scheme)); it is one of \(Self.known)"
        case .unexpectedRest(let scheme): "nothing may follow '\(scheme)://'"
        }
    }

    /// The arguments of a cache's initializer are easily swapped.
    private static func hint(at scheme: String) -> String {
        let isSerializer = ["json", "msgpack", "plist", "string", "data"].contains(scheme.prefix { $0 != "+" })
        return isSerializer ? ": it is a serializer's URL, for the argument 'serializer'" : ""
    }

    private static var known: String { CacheBackendURL.schemes.map { "\($0)://" }.joined(separator: ", ") }
}
