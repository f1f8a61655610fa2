import CachetoryRedis
import Testing

extension Request: CustomTestStringConvertible {
    /// The beginning of what it holds, which may be a thousand keys with their values.
    package var testDescription: String { String("\(self)".prefix(120)) }
}
