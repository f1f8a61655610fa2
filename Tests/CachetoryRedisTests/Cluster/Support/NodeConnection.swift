import CachetoryRESP
import Foundation

/// A blocking connection to a node, with nothing of the client between but the parser.
final class NodeConnection {
    private let descriptor: Int32
    private var parser = RESPParser()

    struct Failed: Error {}

    /// How long an answer may take before it counts as none.
    private static let patience = timeval(tv_sec: 20, tv_usec: 0)

    /// - Parameter host: an address of version 4 or 6, as digits.
    init(_ host: String, _ port: Int) throws {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let address = found?.pointee else { throw Failed() }
        defer { freeaddrinfo(found) }
        descriptor = socket(address.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = Self.patience
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
            close(descriptor)
            throw Failed()
        }
    }

    deinit {
        close(descriptor)
    }

    func send(_ words: [String]) throws {
        let text = words.reduce("*\(words.count)\r\n") { $0 + "$\($1.utf8.count)\r\n\($1)\r\n" }
        let bytes = Array(text.utf8)
        guard Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failed()
        }
    }

    /// The next reply. Throws at the end of the stream.
    func receive() throws -> RESPReply {
        while true {
            if let reply = try parser.next() { return reply }
            let count = parser.receive(minimum: 64 * 1024) { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count <= 0 { throw Failed() }
        }
    }

    func reply(to words: [String]) throws -> RESPReply {
        try send(words)
        return try receive()
    }

    /// The reply as it comes, byte by byte.
    func bytes(repliedTo words: [String]) throws -> [UInt8] {
        try send(words)
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 64 * 1024))
        while true {
            if try parser.next() != nil { return bytes }
            let count = recv(descriptor, &piece, piece.count, 0)
            if count <= 0 { throw Failed() }
            bytes += piece[..<count]
            piece.withUnsafeBytes { parser.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// Sends a command whose words have no spaces in them, and gives its reply as one line of text.
    func ask(_ line: String) throws -> String {
        try reply(to: line.split(separator: " ").map(String.init)).line
    }

    /// Whether nothing comes within a time.
    func isSilent(for milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) == 0
    }
}

extension RESPReply {
    /// As one line: `OK`, `12`, `nil`, `[a, b]`, `-MOVED 5 127.0.1.1:7000`.
    fileprivate var line: String {
        switch self {
        case .null: "nil"
        case .integer(let number): "\(number)"
        case .error(let error): "-\(error.code) \(error.message)"
        case .array(let replies): "[\(replies.map(\.line).joined(separator: ", "))]"
        default: text ?? "\(self)"
        }
    }
}
