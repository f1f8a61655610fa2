import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation

/// A server that does what a test tells it, for what a real one never does.
final class RawPeer: Sendable {
    let port: Int
    private let listener: Int32
    private let accepted = Counter()

    /// Listens on a free port of 127.0.0.1.
    ///
    /// - Parameter serve: what to do for each connection, on a thread of its own. The connection is closed at its end.
    init(_ serve: @escaping @Sendable (_ client: RawClient) throws -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(listener, pointer, length) == 0 && listen(listener, 128) == 0
                && getsockname(listener, pointer, &length) == 0
        }
        guard status else { throw Errno.current }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [accepted] in
            while true {
                let descriptor = acceptConnection(listener)
                if descriptor < 0 { break }
                accepted.add()
                Thread.detachNewThread {
                    // An end of the stream where the script expects more is the end of the script.
                    try? serve(RawClient(owning: descriptor))
                }
            }
            close(listener)
        }
    }

    /// Accepts no more connections.
    deinit {
        _ = shutdown(listener, Int32(SHUT_RDWR))
    }

    /// How many connections came.
    var connectionCount: Int { accepted.count }

    var configuration: RedisClientConfiguration {
        RedisClientConfiguration(address: .tcp(host: "127.0.0.1", port: port)).patient
    }
}

/// The peer's end of a connection.
///
/// `@unchecked Sendable`: one thread at a time reads, which has the parser; another one may write meanwhile.
final class RawClient: @unchecked Sendable {
    private let descriptor: Int32
    private var parser = RESPParser()

    /// In how many pieces all of it came so far.
    private(set) var pieceCount = 0

    struct HasEnded: Error {}

    fileprivate init(owning descriptor: Int32) {
        self.descriptor = descriptor
        // As real servers do. Otherwise the second of two replies waits for the acknowledgement of the first one, 40 ms.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        close(descriptor)
    }

    /// The next command. Throws at the end of the stream.
    func command() throws -> [String] {
        while true {
            if case .array(let words)? = try parser.next() {
                return words.map {
                    if case .bulkString(let word) = $0 { String(decoding: word, as: UTF8.self) } else { "" }
                }
            }
            let count = parser.receive(minimum: 4096) { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count <= 0 { throw HasEnded() }
            pieceCount += 1
        }
    }

    func send(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { throw HasEnded() }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Answers the handshake of a client that neither logs in nor selects a database.
    func shakeHands() throws {
        for reply in ["%1\r\n+server\r\n+raw\r\n", "+OK\r\n", "+OK\r\n"] {
            _ = try command()
            try send(reply)
        }
    }

    /// Takes what comes until the other end closes.
    func waitForEnd() {
        while (try? command()) != nil {}
    }

    /// Ends the connection with an error rather than an end of the stream.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
