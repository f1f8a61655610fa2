/// What the serializers and compressors of this library throw.
///
/// ```swift
/// do {
///     _ = try JSONCacheSerializer<[Int]>().deserialize(Data("[1, 2".utf8))
/// } catch let error as CacheSerializationError {
///     print(error)  // says what is wrong, and what to do
/// }
/// ```
public enum CacheSerializationError: Error {
    /// The value cannot be written in this format; the encoder's error says why.
    case encodingFailed(format: String, underlying: any Error)

    /// The bytes, perhaps of this format, do not fit the wanted type; the decoder's error says why.
    ///
    /// The usual cause is a value stored by a version of the program with another schema.
    case decodingFailed(format: String, underlying: any Error)

    /// The bytes are not of this format, or were cut or altered.
    case corrupt(format: String, reason: String)

    /// The value is larger than the limit of this format or compressor, in bytes.
    case tooLarge(format: String, limit: Int)

    /// A system library is missing; the text names the package to install.
    case missingLibrary(String)

    /// An option is out of its range.
    case invalidOption(String)

    /// A serializer's URL names a format or a compressor that does not exist. Text that cannot be a name is not shown:
    /// see ``invalidURL(reason:)``.
    case unknownName(String, known: [String])

    /// A serializer's URL is invalid or contradictory. It is not shown: with swapped arguments, it is a server's, with
    /// a password.
    case invalidURL(reason: String)
}

extension CacheSerializationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .encodingFailed(let format, let underlying):
            "the value cannot be written as \(format): \(Self.describe(underlying))"
        case .decodingFailed(let format, let underlying):
            """
            the stored \(format) is not what the type expects: \(Self.describe(underlying)); \
            if another version of the program wrote it, delete the key or use a prefix with the version in it
            """
        case .corrupt(let format, let reason):
            """
            the stored bytes are not valid \(format): \(reason); \
            check that the writer uses the same serializer, then delete the key
            """
        case .tooLarge(let format, let limit):
            "the value is larger than the limit of \(format), \(limit) bytes; store less or raise the limit"
        case .missingLibrary(let text):
            text
        case .invalidOption(let text):
            text
        case .unknownName(let name, let known):
            "there is no serializer named '\(name)'; the known ones are \(known.joined(separator: ", "))"
        case .invalidURL(let reason):
            "the serializer's URL cannot be used: \(reason); an example is 'json+zlib://?compression-level=3'"
        }
    }
}
