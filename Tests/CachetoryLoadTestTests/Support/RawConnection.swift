import Foundation

/// A blocking socket to a server, for tests that want nothing of the library between.
struct RawConnection: ~Copyable {
    private let descriptor: Int32

    struct Refused: Error {}

    /// How long an answer may take before it counts as none.
    private static let patience = timeval(tv_sec: 10, tv_usec: 0)

    init(unixSocket path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        descriptor = try Self.connect(AF_UNIX, withUnsafeBytes(of: address) { Array($0) })
    }

    init(port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        descriptor = try Self.connect(AF_INET, withUnsafeBytes(of: address) { Array($0) })
    }

    deinit {
        close(descriptor)
    }

    /// Sends one inline command.
    func send(_ command: String) throws {
        let bytes = Array("\(command)\r\n".utf8)
        guard Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Refused()
        }
    }

    /// The bytes that are there, or that come within a time; nil if none do.
    func receive(within milliseconds: Int32 = 10_000) -> String? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    /// Sends one inline command and returns the reply as it is on the wire.
    func reply(to command: String) throws -> String? {
        try send(command)
        return receive()
    }

    private static func connect(_ family: Int32, _ address: [UInt8]) throws -> Int32 {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        let result = address.withUnsafeBytes { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return Foundation.connect(descriptor, pointer, socklen_t(bytes.count))
        }
        guard result == 0 else {
            close(descriptor)
            throw Refused()
        }
        return descriptor
    }
}
