import Foundation

/// A TCP port of 127.0.0.1 for a server that is about to start.
package enum LocalPort {
    /// Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere).
    ///
    /// So nobody's outgoing connection takes the port while its server is being started again, and a client that
    /// connects to it meanwhile cannot be given the same port as its own and reach itself.
    private static let range: Range<UInt16> = 20000..<32768

    /// More than are ever taken in a row by chance.
    private static let attempts = 100

    /// A port on which nobody listens at the moment; another process may still be quicker to take it.
    package static func findFree() throws(LocalServerError) -> Int {
        for _ in 0..<attempts {
            let port = UInt16.random(in: range)
            if try isFree(port) { return Int(port) }
        }
        throw .noFreePort
    }

    /// How much higher the port of a node's cluster bus is, unless an option says otherwise, which servers before Redis 7
    /// do not have.
    static let busOffset: UInt16 = 10_000

    /// So that the port of the bus lies where the others are, and theirs lies below.
    private static let nodeRange: Range<UInt16> = 10_000..<22_768

    /// A port for a node of a cluster, whose bus can have the port that is higher by ``busOffset``.
    static func findFreeForNode() throws(LocalServerError) -> Int {
        for _ in 0..<attempts {
            let port = UInt16.random(in: nodeRange)
            guard try isFree(port) else { continue }
            if try isFree(port + busOffset) { return Int(port) }
        }
        throw .noFreePort
    }

    private static func isFree(_ port: UInt16) throws(LocalServerError) -> Bool {
        let number = socket(AF_INET, SocketKind.stream, 0)
        guard number >= 0 else { throw .system(call: "socket", code: errno) }
        let socket = Descriptor(owning: number)
        // As the server does it: a port is free again when its last listener is gone, whatever connections linger.
        var yes: Int32 = 1
        _ = setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeBytes(of: address) { bytes in
            bind(socket.number, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count)) == 0
        }
    }
}
