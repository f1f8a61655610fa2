import Foundation

/// Asks a server over its unix socket whether it serves commands yet.
enum PingProbe {
    /// How long one answer may take; the caller asks again.
    private static let patience = Duration.seconds(1)

    /// Whether the server answers, be it with an error such as a missing password, and is not loading its data.
    static func answers(at socketPath: String) throws(LocalServerError) -> Bool {
        guard let socket = try Descriptor.connected(to: socketPath, patience: patience) else { return false }
        let ping: [UInt8] = Array("PING\r\n".utf8)
        guard send(socket.number, ping, ping.count, Int32(MSG_NOSIGNAL)) == ping.count else { return false }
        var reply = [UInt8](repeating: 0, count: 64)
        let count = recv(socket.number, &reply, reply.count, 0)
        guard count > 0 else { return false }
        return !reply.prefix(count).starts(with: "-LOADING".utf8)
    }
}
