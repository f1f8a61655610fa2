/// The records that a stream of TLS is made of: five bytes with the type, the version and the length, and what they hold.
enum TLSRecords {
    /// Cuts whole records apart.
    static func split(_ stream: [UInt8]) -> [ArraySlice<UInt8>] {
        var records: [ArraySlice<UInt8>] = []
        var rest = stream[...]
        while rest.count >= 5 {
            let header = Array(rest.prefix(5))
            let length = min(rest.count, 5 + Int(header[3]) << 8 + Int(header[4]))
            records.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return records
    }
}
