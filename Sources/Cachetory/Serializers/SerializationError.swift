/// What the serializers and compressors of this library throw.
///
/// ```swift
/// do {
///     _ = try JSONSerializer<[Int]>().deserialize(Data("[1, 2".utf8))
/// } catch let error as SerializationError {
///     print(error)  // says what is wrong, and what to do
/// }
/// ```
public enum SerializationError: Error {
    /// The value cannot be written in this format; the encoder's error says why.
    case encodingFailed(format: String, underlying: any Error)

    /// The bytes are of this format, perhaps, but not of the wanted type; the decoder's error says why.
    ///
    /// The usual cause is a value that was stored by a version of the program with another schema.
    case decodingFailed(format: String, underlying: any Error)

    /// The bytes are not of this format, or were cut or altered.
    case corrupt(format: String, reason: String)

    /// The value is larger than the limit of this format or compressor, in bytes.
    case tooLarge(format: String, limit: Int)

    /// A library of the system is missing; the text names the package to install.
    case missingLibrary(String)

    /// An option is out of its range.
    case invalidOption(String)

    /// A serializer's URL names a format or a compressor that does not exist.
    case unknownName(String, known: [String])

    /// A serializer's URL cannot be read, or asks for what cannot be.
    case invalidURL(String, reason: String)
}

extension SerializationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .encodingFailed(let format, let underlying):
            "The value cannot be written as \(format): \(Self.describe(underlying))"
        case .decodingFailed(let format, let underlying):
            """
            The stored \(format) is not what the type expects: \(Self.describe(underlying)) \
            If another version of the program wrote it, delete the key or use a prefix with the version in it.
            """
        case .corrupt(let format, let reason):
            """
            The stored bytes are not valid \(format): \(reason). \
            Check that the writer uses the same serializer, then delete the key.
            """
        case .tooLarge(let format, let limit):
            "The value is larger than the limit of \(format), \(limit) bytes. Store less or raise the limit."
        case .missingLibrary(let text):
            text
        case .invalidOption(let text):
            text
        case .unknownName(let name, let known):
            "There is no serializer named '\(name)'. The known ones are \(known.joined(separator: ", "))."
        case .invalidURL(let url, let reason):
            "'\(url)' is no URL of a serializer: \(reason). An example is 'json+zlib://?compression-level=3'."
        }
    }
}
