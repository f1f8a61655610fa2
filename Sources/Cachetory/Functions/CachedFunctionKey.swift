/// Makes the key of a cached function's result from the arguments.
///
/// ```swift
/// let readable = CachedFunctionKey<Int, String>.readable("page")    // page(7,"en")
/// let hashed = CachedFunctionKey<Int, String>.hashed("page")        // 64 hexadecimal digits
/// let own = CachedFunctionKey<Int, String> { number, language in "\(language)/\(number)" }
/// ```
///
/// The first two differ whenever a name or an argument differs.
public struct CachedFunctionKey<each Argument>: Sendable {
    private let make: @Sendable (repeat each Argument) throws -> String

    /// A key that a closure makes.
    ///
    /// It has to differ for arguments whose results differ; only the cache's prefix is added. The call throws what the
    /// closure throws.
    public init(_ make: @escaping @Sendable (repeat each Argument) throws -> String) {
        self.make = make
    }

    func text(_ arguments: repeat each Argument) throws -> String {
        try make(repeat each arguments)
    }
}

extension CachedFunctionKey where repeat each Argument: CacheKeyArgument {
    /// A readable key: the name, and the arguments in parentheses. One that is longer than a limit is hashed.
    ///
    /// - Parameters:
    ///   - name: what distinguishes the function from others in the same cache.
    ///   - limit: how many bytes a key may have before it is hashed; 512 unless said otherwise, since longer ones cost
    ///     the server more than readers gain.
    public static func readable(_ name: String, hashedAbove limit: Int = 512) -> CachedFunctionKey {
        let name = escaped(name)
        return CachedFunctionKey { (arguments: repeat each Argument) in
            let key = text(name, repeat each arguments)
            return key.utf8.count > limit ? BLAKE2s.hexadecimal(key) : key
        }
    }

    /// The hash of the readable key, BLAKE2s in 64 hexadecimal digits: of the same length for all arguments.
    ///
    /// - Parameter name: what distinguishes the function from others in the same cache.
    public static func hashed(_ name: String) -> CachedFunctionKey {
        let name = escaped(name)
        return CachedFunctionKey { (arguments: repeat each Argument) in
            BLAKE2s.hexadecimal(text(name, repeat each arguments))
        }
    }

    private static func text(_ name: String, _ arguments: repeat each Argument) -> String {
        var texts: [String] = []
        for argument in repeat each arguments { texts.append(argument.keyText) }
        return name + "(" + texts.joined(separator: ",") + ")"
    }

    /// So that the first parenthesis without a backslash is where the arguments begin. By scalars: a parenthesis with a
    /// combining mark behind it is another `Character`.
    private static func escaped(_ name: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            if scalar == "\\" || scalar == "(" { text.append("\\") }
            text.append(scalar)
        }
        return String(text)
    }
}
