/// Why a value cannot be written or read, before anyone knows where in the value that is.
///
/// The containers add the coding path and make an `EncodingError` or a `DecodingError` of it.
enum MessagePackFault: Error, Equatable {
    /// A string, a container or the whole has more than 4 GiB or elements.
    case tooLarge

    /// Values nest deeper than `MessagePackFormat.maximumDepth`.
    case tooDeep

    /// A date is not a number, or not within 292 billion years.
    case unrepresentableDate

    /// A container is used after its value was complete, or a value asks for containers of two kinds.
    case containerMisused

    /// The bytes end within a value, or a length says more than there is.
    case truncated

    /// The first byte is the one that the specification never uses.
    case reserved

    /// The bytes of a string are not UTF-8.
    case invalidText

    /// There is another kind of value than the type needs.
    case mismatch(found: MessagePackToken.Content)

    /// The number does not fit the type.
    case overflow

    /// An extension of type -1 has no content that a time stamp has.
    case invalidTimestamp

    /// Text is not a URL.
    case invalidURL

    /// A map has a key twice, so its meaning would differ from reader to reader.
    case duplicateKey

    /// Bytes follow the end of the value.
    case trailingBytes(Int)
}

extension MessagePackFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .tooLarge: "MessagePack has no room for more than \(MessagePackFormat.maximumSize) bytes or elements"
        case .tooDeep: "values nest deeper than \(MessagePackFormat.maximumDepth) levels"
        case .unrepresentableDate: "the date is not a number or too far away"
        case .containerMisused: "the encoder is used after its value was complete, or for two kinds of container"
        case .truncated: "the bytes end within a value, or a length is wrong"
        case .reserved: "the byte 0xc1 begins no value"
        case .invalidText: "the text is not UTF-8"
        case .mismatch(let found): "there is \(found.name) instead"
        case .overflow: "the number does not fit the type"
        case .invalidTimestamp: "the time stamp is malformed"
        case .invalidURL: "the text is not a URL"
        case .duplicateKey: "the key occurs twice"
        case .trailingBytes(let count): "\(count) bytes follow the end of the value"
        }
    }
}
