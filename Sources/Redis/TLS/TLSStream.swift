import Locking
import RESP

/// An encrypted connection after its handshake: a ``TLSEngine`` between a socket and those who send and receive.
///
/// An `SSL` is no thread's but everybody's, so a lock is around it; never around a system call.
package final class TLSStream: Sendable {
    private let engine: Lock<TLSEngine>

    /// Ciphertext in the order of its encryption, to be sent before anything else. Belongs to whoever may send.
    private nonisolated(unsafe) var unsent = ByteBuffer()

    /// Ciphertext that came. Belongs to whoever may receive.
    private nonisolated(unsafe) var received: ByteBuffer

    /// A buffer that grew past this is given back when it is empty.
    private static let keptCapacity = 2 * TLSEngine.piece

    init(_ engine: consuming TLSEngine, received: consuming ByteBuffer) {
        self.engine = Lock(engine)
        self.received = received
    }

    /// The protocol that was agreed on, such as `TLSv1.3`.
    package var version: String { engine.withLock { $0.version } }

    /// Whether the handshake resumed a session.
    package var isResumed: Bool { engine.withLock { $0.isResumed } }
}

// MARK: - For whoever may send

extension TLSStream {
    /// Encrypts and sends, piece by piece, as much as the kernel has room for.
    ///
    /// - Returns: whether everything was sent.
    func send(_ plaintext: inout OutgoingBytes, over socket: borrowing Socket) throws(ChannelError) -> Bool {
        while true {
            do {
                guard try socket.sendAll(&unsent) else { return false }
            } catch {
                throw .system(error)
            }
            unsent.removeAll(keepingCapacityUpTo: Self.keptCapacity)
            if plaintext.isEmpty { return true }
            do { try encryptPieces(of: &plaintext) } catch { throw .tls(error) }
        }
    }

    /// As much as is worth a system call: a large value and the few bytes around it are pieces of their own.
    private func encryptPieces(of plaintext: inout OutgoingBytes) throws(TLSError) {
        repeat { try encryptPiece(of: &plaintext) } while unsent.count < TLSEngine.piece && !plaintext.isEmpty
    }

    private func encryptPiece(of plaintext: inout OutgoingBytes) throws(TLSError) {
        let count = try plaintext.withFirstPiece { bytes throws(TLSError) in
            let piece = UnsafeRawBufferPointer(rebasing: bytes.prefix(TLSEngine.piece))
            try engine.withLock { engine throws(TLSError) in try engine.encrypt(piece, into: &unsent) }
            return piece.count
        }
        plaintext.removeFirst(count)
    }

    /// Sends a close_notify if there is room for it, and not in the middle of something else.
    func close(over socket: borrowing Socket) {
        guard unsent.isEmpty else { return }
        engine.withLock { $0.close(into: &unsent) }
        _ = try? socket.sendAll(&unsent)
    }
}

// MARK: - For whoever may receive

extension TLSStream {
    /// Reads once, and hands all that this decrypts to the parser. Nothing stays here but the beginning of a record: so
    /// whoever waits for the socket to be readable misses nothing.
    ///
    /// - Returns: false if the peer has ended the stream, and said so.
    func receive(
        into parser: inout RESPParser, room: Int, waits: Bool, over socket: borrowing Socket
    ) throws(ChannelError) -> Bool {
        let count: Int
        do {
            count = try received.appendUninitialized(minimum: room) { room throws(Errno) in
                try waits ? socket.waitAndReceive(into: room) : socket.receive(into: room)
            }
        } catch let error where error.isWouldBlock {
            return true
        } catch {
            throw .system(error)
        }
        do throws(TLSError) {
            let isEnded = try engine.withLock { engine throws(TLSError) in
                try engine.decrypt(&received, into: &parser, room: room)
                return engine.isEnded
            }
            received.removeAll(keepingCapacityUpTo: Self.keptCapacity)
            if count == 0, !isEnded { throw TLSError.truncated }
            return !isEnded
        } catch {
            throw .tls(error)
        }
    }
}

extension TLSEngine {
    /// Decrypts everything that came. What came before an error is handed over, too.
    fileprivate mutating func decrypt(
        _ received: inout ByteBuffer, into parser: inout RESPParser, room: Int
    ) throws(TLSError) {
        var isFull = true
        while isFull {
            _ = try parser.receive(minimum: room) { room throws(TLSError) in
                let count = try decrypt(&received, into: room)
                isFull = count == room.count
                return count
            }
        }
        if let failure { throw failure }
    }
}
