/// A command as it came.
struct FakeRequest {
    /// In upper case, with the subcommand where it has one: `GET`, `CLUSTER SLOTS`.
    let name: String
    /// What stands behind the name.
    let arguments: ArraySlice<[UInt8]>

    private static let containers: Set<String> = ["CLIENT", "CLUSTER", "CONFIG"]

    init(_ words: [[UInt8]]) {
        let first = Self.upper(words[0])
        let hasSubcommand = words.count > 1 && Self.containers.contains(first)
        name = hasSubcommand ? "\(first) \(Self.upper(words[1]))" : first
        arguments = words[(hasSubcommand ? 2 : 1)...]
    }

    private static func upper(_ word: [UInt8]) -> String {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return String(decoding: word.map { letters.contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
    }

    /// Its arguments as text, in upper case: names of options.
    var options: [String] { arguments.map(Self.upper) }

    func argument(_ index: Int) -> [UInt8]? {
        arguments.count > index ? arguments[arguments.startIndex + index] : nil
    }

    func number(_ index: Int) -> Int? {
        argument(index).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }

    // MARK: Keys

    private static let oneKey: Set<String> = ["GET", "SET", "PEXPIRE", "PERSIST", "PTTL", "INCR"]
    private static let manyKeys: Set<String> = ["MGET", "DEL", "UNLINK", "EXISTS", "TOUCH"]
    private static let readers: Set<String> = ["GET", "MGET", "EXISTS", "PTTL"]

    var isReadOnly: Bool { Self.readers.contains(name) }

    var keys: [[UInt8]] {
        if Self.oneKey.contains(name) { return Array(arguments.prefix(1)) }
        if Self.manyKeys.contains(name) { return Array(arguments) }
        if name == "MSET" {
            return stride(from: arguments.startIndex, to: arguments.endIndex, by: 2).map { arguments[$0] }
        }
        return []
    }
}

// MARK: - Reading

extension FakeRequest {
    enum Reading {
        case request(FakeRequest, end: Int)
        case incomplete
        case malformed
    }

    /// Reads the request that begins at an offset.
    static func read(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Reading {
        var offset = start
        guard offset < bytes.count else { return .incomplete }
        guard bytes[offset] == UInt8(ascii: "*") else { return .malformed }
        guard let count = length(bytes, &offset) else { return .incomplete }
        guard count > 0 else { return .malformed }
        var words: [[UInt8]] = []
        words.reserveCapacity(min(count, 1024))
        for _ in 0..<count {
            guard offset < bytes.count else { return .incomplete }
            guard bytes[offset] == UInt8(ascii: "$") else { return .malformed }
            guard let size = length(bytes, &offset), bytes.count - offset >= size + 2 else { return .incomplete }
            guard size >= 0 else { return .malformed }
            words.append([UInt8](bytes[offset..<offset + size]))
            offset += size + 2
        }
        return .request(FakeRequest(words), end: offset)
    }

    /// The number of a line such as `*3` or `$10`, which is passed over; nil if its end is not there yet. What is no number
    /// gives a negative one.
    private static func length(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Int? {
        var (number, index) = (0, offset + 1)
        while index < bytes.count, bytes[index] != UInt8(ascii: "\r") {
            let digit = Int(bytes[index]) - Int(UInt8(ascii: "0"))
            // No request is as long as that.
            guard (0...9).contains(digit), number < 1 << 32 else { return -1 }
            number = number * 10 + digit
            index += 1
        }
        guard index + 1 < bytes.count else { return nil }
        offset = index + 2
        return number
    }
}
