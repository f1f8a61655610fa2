import Foundation

/// Asks a server over its unix socket whether it serves commands yet.
enum PingProbe {
    /// How long one answer may take; the caller asks again.
    private static let patience = timeval(tv_sec: 1, tv_usec: 0)

    /// Whether the server answers, be it with an error such as a missing password, and is not loading its data.
    static func answers(at socketPath: String) throws(LocalServerError) -> Bool {
        let number = socket(AF_UNIX, SocketKind.stream, 0)
        guard number >= 0 else { throw .system(call: "socket", code: errno) }
        let socket = Descriptor(owning: number)
        var patience = patience
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &patience, size)

        guard connect(socket, to: socketPath) else { return false }
        let ping: [UInt8] = Array("PING\r\n".utf8)
        guard send(socket.number, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else { return false }
        var reply = [UInt8](repeating: 0, count: 64)
        let count = recv(socket.number, &reply, reply.count, 0)
        guard count > 0 else { return false }
        return !reply.prefix(count).starts(with: "-LOADING".utf8)
    }

    private static func connect(_ socket: borrowing Descriptor, to path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { target in
            guard bytes.count < target.count else { return false }
            target.copyBytes(from: bytes)
            return true
        }
        guard fits else { return false }
        let descriptor = socket.number
        return withUnsafeBytes(of: address) { raw in
            let pointer = raw.assumingMemoryBound(to: sockaddr.self).baseAddress
            return Foundation.connect(descriptor, pointer, socklen_t(raw.count)) == 0
        }
    }
}
