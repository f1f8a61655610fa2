/// Writes replies in one of the two versions of the protocol.
struct ReplyBytes {
    private(set) var bytes: [UInt8] = []
    let isRESP3: Bool

    init(isRESP3: Bool) {
        self.isRESP3 = isRESP3
    }

    mutating func line(_ text: String) {
        bytes += text.utf8
        bytes += "\r\n".utf8
    }

    mutating func status(_ text: String) { line("+\(text)") }

    mutating func error(_ text: String) { line("-\(text)") }

    mutating func integer(_ number: Int) { line(":\(number)") }

    mutating func array(_ count: Int) { line("*\(count)") }

    mutating func null() { line(isRESP3 ? "_" : "$-1") }

    /// - Parameter count: how many pairs follow.
    mutating func map(_ count: Int) { line(isRESP3 ? "%\(count)" : "*\(count * 2)") }

    mutating func string(_ string: some Collection<UInt8>) {
        line("$\(string.count)")
        bytes += string
        bytes += "\r\n".utf8
    }

    mutating func string(_ text: String) { string(text.utf8) }

    /// Text for people, as `INFO` gives it.
    mutating func verbatim(_ text: String) {
        if isRESP3 { line("=\(text.utf8.count + 4)\r\ntxt:\(text)") } else { string(text) }
    }

    mutating func append(_ raw: some Sequence<UInt8>) { bytes += raw }
}
