/// How an answer differs from what is stored under its key.
enum WrongValue: Error, Equatable {
    /// No value, though the key was set before and never expires.
    case missing
    /// A value of another length, in bytes.
    case length(Int)
    /// The value of another key.
    case valueOfKey(Int)
    /// The value of the right key, but with a wrong byte at an offset.
    case corrupt(offset: Int)
    /// An answer to a batch for a key that was not asked, or asked elsewhere in the batch.
    case notAsked
    /// A version that was never sent.
    case neverWritten(version: UInt32)
    /// A version whose write failed with an error that said it had not been executed.
    case refused(version: UInt32)
    /// A version older than one that was acknowledged before the read began.
    case outdated(version: UInt32, acknowledged: UInt32)
}

extension WrongValue: CustomStringConvertible {
    var description: String {
        switch self {
        case .missing: "no value"
        case .length(let count): "a value of \(count) bytes"
        case .valueOfKey(let key): "the value of key \(key)"
        case .corrupt(let offset): "a wrong byte at offset \(offset)"
        case .notAsked: "an answer for a key that was not asked for"
        case .neverWritten(let version): "version \(version), which was never written"
        case .refused(let version): "version \(version), whose write was said not to have been executed"
        case .outdated(let version, let acknowledged):
            "version \(version), though version \(acknowledged) had been acknowledged"
        }
    }
}
