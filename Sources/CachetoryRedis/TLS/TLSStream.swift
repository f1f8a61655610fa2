import CachetoryLocking
import CachetoryRESP
import Synchronization

/// An encrypted connection after its handshake: a ``TLSEngine`` between a socket and those who send and receive.
///
/// An `SSL` is no thread's but everybody's, so a lock is around it; never around a system call.
package final class TLSStream: Sendable {
    private let engine: Lock<TLSEngine>

    /// Ciphertext in the order of its encryption, to be sent before anything else. Belongs to whoever may send.
    private nonisolated(unsafe) var unsent = ByteBuffer()

    /// Ciphertext that came. Belongs to whoever may receive.
    private nonisolated(unsafe) var received: ByteBuffer

    /// Whether whoever sends was told to wait until more has come: see ``TLSEngine/isHeldUp``. Changed under the lock.
    private let holdsSender = Atomic<Bool>(false)

    /// Whether that is over, and nobody was told. Belongs to whoever may receive.
    private nonisolated(unsafe) var hasReleasedSender = false

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
    /// - Returns: whether everything was sent. Otherwise there has to be room first, or, while it ``isHeldUp``, more to come.
    func send(_ plaintext: inout OutgoingBytes, over socket: borrowing Socket) throws(ChannelError) -> Bool {
        while true {
            do {
                guard try socket.sendAll(&unsent) else { return false }
            } catch {
                throw .system(error)
            }
            unsent.removeAll(keepingCapacityUpTo: Self.keptCapacity)
            if plaintext.isEmpty { return true }
            let isHeldUp: Bool
            do { isHeldUp = try !encryptPieces(of: &plaintext) } catch { throw .tls(error) }
            if isHeldUp, unsent.isEmpty { return false }
        }
    }

    /// Whether what is to be sent has to wait until more has come.
    var isHeldUp: Bool { holdsSender.load(ordering: .acquiring) }

    /// As much as is worth a system call: a large value and the few bytes around it are pieces of their own.
    ///
    /// - Returns: false if it is held up.
    private func encryptPieces(of plaintext: inout OutgoingBytes) throws(RedisTLSError) -> Bool {
        repeat {
            guard try encryptPiece(of: &plaintext) else { return false }
        } while unsent.count < TLSEngine.piece && !plaintext.isEmpty
        return true
    }

    private func encryptPiece(of plaintext: inout OutgoingBytes) throws(RedisTLSError) -> Bool {
        let count: Int? = try plaintext.withFirstPiece { bytes throws(RedisTLSError) in
            let piece = UnsafeRawBufferPointer(rebasing: bytes.prefix(TLSEngine.piece))
            return try engine.withLock { engine throws(RedisTLSError) in
                if try engine.encrypt(piece, into: &unsent) { return piece.count }
                holdsSender.store(true, ordering: .releasing)
                return nil
            }
        }
        guard let count else { return false }
        plaintext.removeFirst(count)
        return true
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
        } catch let error where error.isWouldBlock || error.isInterrupt {
            return true
        } catch {
            throw .system(error)
        }
        do throws(RedisTLSError) {
            let isEnded = try engine.withLock { engine throws(RedisTLSError) in
                defer { releaseSender(engine) }
                try engine.decrypt(&received, into: &parser, room: room)
                return engine.isEnded
            }
            received.removeAll(keepingCapacityUpTo: Self.keptCapacity)
            if count == 0, !isEnded { throw RedisTLSError.truncated }
            return !isEnded
        } catch {
            throw .tls(error)
        }
    }

    private func releaseSender(_ engine: borrowing TLSEngine) {
        guard holdsSender.load(ordering: .relaxed), !engine.isHeldUp else { return }
        holdsSender.store(false, ordering: .releasing)
        hasReleasedSender = true
    }

    /// Whether whoever sends can go on since the last call of this, having been held up before.
    func takeRelease() -> Bool {
        defer { hasReleasedSender = false }
        return hasReleasedSender
    }
}

extension TLSEngine {
    /// Decrypts everything that came. What came before an error is handed over, too.
    fileprivate mutating func decrypt(
        _ received: inout ByteBuffer, into parser: inout RESPParser, room: Int
    ) throws(RedisTLSError) {
        var isFull = true
        while isFull {
            _ = try parser.receive(minimum: room) { room throws(RedisTLSError) in
                let count = try decrypt(&received, into: room)
                isFull = count == room.count
                return count
            }
        }
        if let failure { throw failure }
    }
}
