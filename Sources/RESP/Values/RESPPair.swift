/// One key of a RESP3 map with its value.
public struct RESPPair: Sendable, Hashable {
    public let key: RESPValue
    public let value: RESPValue

    public init(key: RESPValue, value: RESPValue) {
        self.key = key
        self.value = value
    }
}
