import CachetoryRESP

extension TLSStream {
    /// Shakes hands with the server at the other end of a socket. Blocks until that is done, at most until the deadline.
    ///
    /// - Throws: ``ChannelError``, with `Errno.timedOut` at the deadline.
    package static func connect(
        _ context: TLSContext, host: String, over socket: borrowing Socket, until deadline: Timestamp
    ) throws(ChannelError) -> TLSStream {
        var received = ByteBuffer()
        var unsent = ByteBuffer()
        var receivedCount = 0
        var engine: TLSEngine
        do { engine = try TLSEngine(context, host: host) } catch { throw .tls(error) }
        while true {
            do {
                _ = try engine.shakeHands(&received, into: &unsent)
            } catch {
                // The server is told why, if that can be done at once.
                _ = try? socket.sendAll(&unsent)
                throw .tls(error)
            }
            let hasMore: Bool
            do {
                while try !socket.sendAll(&unsent) { _ = try socket.wait(for: .writable, until: deadline) }
                if engine.isReady { return TLSStream(engine, received: received) }
                let before = received.count
                hasMore = try socket.waitAndReceive(into: &received, until: deadline)
                receivedCount += received.count - before
            } catch {
                throw .system(error)
            }
            if !hasMore { throw .tls(.truncated) }
            if receivedCount > Self.mostReceived { throw .tls(.other(reason: "the handshake has no end")) }
        }
    }

    /// Ten times as much as OpenSSL takes of certificates. Messages that a client has to ignore may come without an end.
    private static let mostReceived = 1 << 20
}

extension Socket {
    /// Room for one read: a server's certificates usually fit.
    private static let readSize = 16 * 1024

    /// Waits until something comes, and takes it. Returns false at the end of the stream.
    fileprivate borrowing func waitAndReceive(
        into bytes: inout ByteBuffer, until deadline: Timestamp
    ) throws(Errno) -> Bool {
        _ = try wait(for: .readable, until: deadline)
        do {
            return try bytes.appendUninitialized(minimum: Self.readSize) { room throws(Errno) in
                try receive(into: room)
            } > 0
        } catch let error where error.isWouldBlock {
            return true
        }
    }
}
