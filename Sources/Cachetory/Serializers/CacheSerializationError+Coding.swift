extension CacheSerializationError {
    /// One sentence for an error of `Codable`, with the place in the value.
    ///
    /// The standard library's own text differs between its versions and is made for a debugger.
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as EncodingError:
            switch error {
            case .invalidValue(_, let context): sentence(context.debugDescription, at: context.codingPath)
            @unknown default: "\(error)"
            }
        case let error as DecodingError:
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                sentence(context.debugDescription, at: context.codingPath)
            @unknown default: "\(error)"
            }
        default:
            withoutEnd("\(error)")
        }
    }

    private static func sentence(_ text: String, at path: [any CodingKey]) -> String {
        path.isEmpty ? withoutEnd(text) : withoutEnd(text) + ", at \(describe(path))"
    }

    /// The text may go on.
    private static func withoutEnd(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// A path as it would be written in Swift: `user.tags[3]`.
    private static func describe(_ path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
        return text
    }
}
