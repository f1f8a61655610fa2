import CachetoryRESP
import CachetorySmallFoundation

/// Where OpenSSL finds the ciphertext that came, and leaves the ciphertext to be sent: a BIO over memory.
///
/// OpenSSL's own memory BIO would do, too, but copies every byte once more in each direction and never gives memory back.
/// This one reads from and appends to buffers that a ``TLSEngine`` puts in place for the time of a call.
///
/// OpenSSL's callbacks get a plain pointer to it, from the BIO and from the `SSL`; it has to outlive both.
final class TLSTransport {
    /// A buffer that grew past this with one large message is given back.
    private static let keptCapacity = 64 * 1024

    /// What came and was not read yet. Empty but for the time of a call.
    fileprivate var incoming = ByteBuffer()

    /// What is to be sent, in the order of its encryption.
    fileprivate(set) var outgoing = ByteBuffer()

    /// The server asked for a certificate of the client, and none is configured.
    fileprivate(set) var isAnonymous = false

    /// Where to keep the sessions that the server offers to resume.
    private let sessions: TLSSessionCache
    private let serverName: String

    /// When the connection began, before any verification.
    private let startedAt: Timestamp

    /// The session that the server is asked to resume.
    let offered: TLSSession?

    init(sessions: TLSSessionCache, serverName: String, at now: Timestamp) {
        self.sessions = sessions
        self.serverName = serverName
        startedAt = now
        offered = sessions.take(for: serverName, at: now)
    }

    /// Puts what came in place for a call, and takes back what the call left.
    func swapIncoming(with received: inout ByteBuffer) {
        swap(&incoming, &received)
    }

    /// Moves what is to be sent behind other ciphertext; without a copy if there is none.
    func takeOutgoing(into ciphertext: inout ByteBuffer) {
        if ciphertext.isEmpty {
            swap(&outgoing, &ciphertext)
        } else {
            outgoing.withUnsafeBytes { ciphertext.append($0) }
            outgoing.removeAll(keepingCapacityUpTo: Self.keptCapacity)
        }
    }

    /// Keeps a session, which has to be freed, for a later connection.
    func keep(_ session: OpaquePointer, of ssl: OpaquePointer, _ openSSL: OpenSSL) {
        let isResumed = openSSL.SSL_session_reused(ssl) == 1
        let verifiedAt = isResumed ? offered?.verifiedAt ?? startedAt : startedAt
        sessions.add(TLSSession(owning: session, verifiedAt: verifiedAt, openSSL), for: serverName)
    }
}

// MARK: - What OpenSSL calls

extension TLSTransport {
    /// A kind of BIO that reads from and writes to a transport. To be freed with `BIO_meth_free`.
    static func makeMethod(_ openSSL: OpenSSL) -> OpaquePointer? {
        // BIO_TYPE_SOURCE_SINK, with a number of its own.
        let type = openSSL.BIO_get_new_index() | 0x400
        guard let method = openSSL.BIO_meth_new(type, "cachetory") else { return nil }
        _ = openSSL.BIO_meth_set_read(method, readBIO)
        _ = openSSL.BIO_meth_set_write(method, writeBIO)
        _ = openSSL.BIO_meth_set_ctrl(method, controlBIO)
        return method
    }

    /// Has both callbacks of a context find the transport of their connection.
    static func installCallbacks(in context: OpaquePointer, _ openSSL: OpenSSL) {
        openSSL.SSL_CTX_sess_set_new_cb(context, sessionOffered)
        openSSL.SSL_CTX_set_client_cert_cb(context, certificateWanted)
    }

    /// Makes the transport an SSL's, whose BIO the SSL owns afterwards.
    func attach(to ssl: OpaquePointer, method: OpaquePointer, _ openSSL: OpenSSL) -> Bool {
        let pointer = Unmanaged.passUnretained(self).toOpaque()
        guard openSSL.setApplicationData(pointer, of: ssl), let bio = openSSL.BIO_new(method) else { return false }
        openSSL.BIO_set_data(bio, pointer)
        openSSL.BIO_set_init(bio, 1)
        openSSL.SSL_set_bio(ssl, bio, bio)
        return true
    }

    fileprivate static func at(_ pointer: UnsafeMutableRawPointer?) -> TLSTransport? {
        pointer.map { Unmanaged<TLSTransport>.fromOpaque($0).takeUnretainedValue() }
    }
}

private typealias Room = UnsafeMutableRawPointer

private let readBIO: @convention(c) (OpaquePointer?, Room?, Int32) -> Int32 = { bio, room, count in
    guard case .success(let openSSL) = OpenSSL.loaded, let transport = TLSTransport.at(openSSL.BIO_get_data(bio)),
        let room
    else { return -1 }
    openSSL.clearRetry(bio)
    let taken = min(max(0, Int(count)), transport.incoming.count)
    if taken == 0 {
        // There will be more: an end of the stream is noticed by whoever reads from the socket.
        openSSL.setRetryRead(bio)
        return -1
    }
    transport.incoming.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { room.copyMemory(from: start, byteCount: taken) }
    }
    transport.incoming.removeFirst(taken)
    return Int32(taken)
}

private let writeBIO: @convention(c) (OpaquePointer?, UnsafeRawPointer?, Int32) -> Int32 = { bio, bytes, count in
    guard case .success(let openSSL) = OpenSSL.loaded, let transport = TLSTransport.at(openSSL.BIO_get_data(bio))
    else { return -1 }
    openSSL.clearRetry(bio)
    transport.outgoing.append(UnsafeRawBufferPointer(start: bytes, count: max(0, Int(count))))
    return count
}

private let controlBIO: @convention(c) (OpaquePointer?, Int32, Int, Room?) -> Int = { _, command, _, _ in
    // BIO_CTRL_FLUSH (11) is done as soon as it is asked for; the rest is for other kinds of BIO.
    command == 11 ? 1 : 0
}

/// Takes the reference to a session over, by answering 1.
private let sessionOffered: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = { ssl, session in
    guard case .success(let openSSL) = OpenSSL.loaded, let ssl, let session,
        let transport = TLSTransport.at(openSSL.applicationData(of: ssl))
    else { return 0 }
    transport.keep(session, of: ssl, openSSL)
    return 1
}

/// Called only where the context has no certificate; answers that there is none.
private let certificateWanted: @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32 = { ssl, _, _ in
    guard case .success(let openSSL) = OpenSSL.loaded else { return 0 }
    TLSTransport.at(openSSL.applicationData(of: ssl))?.isAnonymous = true
    return 0
}
