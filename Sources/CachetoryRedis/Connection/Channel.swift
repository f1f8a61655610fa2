package import CachetoryRESP

/// The bytes of one connection on their way: a socket, and encryption where the configuration wants it.
///
/// One thread at a time may send and one may receive, at the same moment. Closed with the value that owns it.
package struct Channel: ~Copyable, Sendable {
    package let socket: Socket

    /// Nil for a plain connection, which pays a look at this and nothing else.
    private let tls: TLSStream?

    package init(_ socket: consuming Socket, tls: TLSStream? = nil) {
        self.socket = socket
        self.tls = tls
    }

    deinit {
        sayGoodbye()
    }

    /// Sends as much as the kernel has room for, and takes that from the bytes.
    ///
    /// With encryption, bytes that were taken may still be on this side. They count as sent.
    ///
    /// - Returns: whether everything was sent; false if there has to be room first, or, while ``isHeldUp``, more to come.
    package borrowing func send(_ bytes: inout OutgoingBytes) throws(ChannelError) -> Bool {
        if let tls { return try tls.send(&bytes, over: socket) }
        do { return try socket.sendAll(&bytes) } catch { throw .system(error) }
    }

    /// Hands what has come to a parser. Reads from the socket once.
    ///
    /// - Parameters:
    ///   - room: how much is asked for at once.
    ///   - waits: whether the kernel waits until something comes, for as long as the socket was told to.
    /// - Returns: false if nothing more will come behind it. True does not say that anything came.
    package borrowing func receive(
        into parser: inout RESPParser, room: Int, waits: Bool = false
    ) throws(ChannelError) -> Bool {
        if let tls { return try tls.receive(into: &parser, room: room, waits: waits, over: socket) }
        do {
            return try parser.receive(minimum: room) { room throws(Errno) in
                try waits ? socket.waitAndReceive(into: room) : socket.receive(into: room)
            } > 0
        } catch let error where error.isWouldBlock || error.isInterrupt {
            return true
        } catch {
            throw .system(error)
        }
    }

    /// Tells an encrypted peer that the stream ends here on purpose, if it can be told without waiting. For whoever may
    /// send; nothing may be sent afterwards.
    package borrowing func sayGoodbye() {
        tls?.close(over: socket)
    }

    package var isEncrypted: Bool { tls != nil }

    /// Whether sending has to wait until more has come, be there room or not: a peer of TLS is in the middle of a message.
    package var isHeldUp: Bool { tls?.isHeldUp ?? false }

    /// Whether receiving has ended that since the last call of this. For whoever may receive.
    borrowing func takeRelease() -> Bool { tls?.takeRelease() ?? false }
}

/// Why a channel does not work any more.
package enum ChannelError: Error, Sendable, Hashable {
    case system(Errno)
    case tls(RedisTLSError)
}

extension ChannelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let error): error.description
        case .tls(let error): error.description
        }
    }
}

extension Socket {
    /// Sends until nothing is left, or the kernel has no room.
    ///
    /// - Returns: whether nothing is left.
    borrowing func sendAll(_ bytes: inout OutgoingBytes) throws(Errno) -> Bool {
        while !bytes.isCopied {
            do {
                let count = try bytes.withFirstPieces { before, value, behind throws(Errno) in
                    try send(before, value, behind)
                }
                bytes.removeFirst(count)
            } catch let error where error.isWouldBlock {
                return false
            }
        }
        return try sendAll(&bytes.copied)
    }

    /// Sends until nothing is left, or the kernel has no room.
    ///
    /// - Returns: whether nothing is left.
    borrowing func sendAll(_ bytes: inout ByteBuffer) throws(Errno) -> Bool {
        while !bytes.isEmpty {
            do {
                let count = try bytes.withUnsafeBytes { bytes throws(Errno) in try send(bytes) }
                bytes.removeFirst(count)
            } catch let error where error.isWouldBlock {
                return false
            }
        }
        return true
    }
}
