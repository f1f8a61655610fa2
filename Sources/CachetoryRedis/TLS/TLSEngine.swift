package import CachetoryRESP

/// One side's state of an encrypted connection: it turns plaintext into ciphertext and back, and does no I/O.
///
/// What came from the peer goes into ``decrypt(_:into:)``, what is to be sent comes out of ``encrypt(_:into:)``, once
/// ``shakeHands(_:into:)`` is done. The first error ends it: after that it throws the same for ever.
///
/// `@unchecked Sendable`: the `SSL` belongs to a value that cannot be copied, so whoever holds it is alone with it.
package struct TLSEngine: ~Copyable, @unchecked Sendable {
    /// Plaintext for more records than this is better encrypted in pieces, and sent meanwhile: four records.
    package static let piece = 64 * 1024

    /// What reading may leave to be sent, such as refusals to renegotiate, before the peer is taken for an attacker.
    private static let longestAnswer = 64 * 1024

    private let context: TLSContext
    private let transport: TLSTransport
    private let ssl: OpaquePointer
    private let name: ServerName

    /// Why it does not work any more.
    package private(set) var failure: RedisTLSError?

    /// Whether the handshake is done.
    package private(set) var isReady = false

    /// The client's side of a connection to a server, which resumes a session if there is one.
    package init(_ context: TLSContext, host: String) throws(RedisTLSError) {
        let name = ServerName(context.configuration.serverName ?? host)
        guard OpenSSLGate.enter() else { throw .processExits }
        defer { OpenSSLGate.leave() }
        let transport = TLSTransport(sessions: context.sessions, serverName: name.text, at: context.clock())
        ssl = try context.makeSSL(over: transport, to: name)
        self.context = context
        self.transport = transport
        self.name = name
    }

    deinit {
        guard OpenSSLGate.enter() else { return }
        defer { OpenSSLGate.leave() }
        // A session whose connection ended without a close_notify counts as broken to OpenSSL, as it did in TLS 1.0.
        // But a connection that the network cut is the very one to be resumed. (SSL_SENT_SHUTDOWN is 1.)
        if failure == nil { context.openSSL.SSL_set_shutdown(ssl, 1) }
        context.openSSL.SSL_free(ssl)
    }
}

extension TLSContext {
    fileprivate func makeSSL(over transport: TLSTransport, to name: ServerName) throws(RedisTLSError) -> OpaquePointer {
        openSSL.ERR_clear_error()
        guard let ssl = openSSL.SSL_new(pointer) else {
            throw .other(reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
        guard transport.attach(to: ssl, method: bioMethod, openSSL), ask(ssl, for: name) else {
            openSSL.SSL_free(ssl)
            throw .other(reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
        openSSL.SSL_set_connect_state(ssl)
        if let session = transport.offered { _ = openSSL.SSL_set_session(ssl, session.pointer) }
        return ssl
    }

    /// Has the server asked for by name, and checked for it.
    private func ask(_ ssl: OpaquePointer, for name: ServerName) -> Bool {
        if !name.isAddress, !openSSL.setServerNameIndication(name.text, of: ssl) { return false }
        guard configuration.verifiesHostname else { return true }
        let parameters = openSSL.SSL_get0_param(ssl)
        if name.isAddress { return openSSL.X509_VERIFY_PARAM_set1_ip_asc(parameters, name.text) == 1 }
        // `*.example.com` stands for a whole label (X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS).
        openSSL.X509_VERIFY_PARAM_set_hostflags(parameters, 0x4)
        return openSSL.X509_VERIFY_PARAM_set1_host(parameters, name.text, name.text.utf8.count) == 1
    }
}

// MARK: - The handshake

extension TLSEngine {
    /// Goes on with the handshake as far as what came allows.
    ///
    /// What is to be sent is so even if it throws: the peer is told why.
    ///
    /// - Returns: whether it is done. Otherwise more has to come.
    package mutating func shakeHands(
        _ received: inout ByteBuffer, into ciphertext: inout ByteBuffer
    ) throws(RedisTLSError) -> Bool {
        if isReady { return true }
        defer { transport.takeOutgoing(into: &ciphertext) }
        isReady = try call(reading: &received) { openSSL, ssl in openSSL.SSL_do_handshake(ssl) } > 0
        if isReady { keepResumedSession() }
        return isReady
    }

    /// The protocol that was agreed on, such as `TLSv1.3`.
    package var version: String {
        context.openSSL.SSL_get_version(ssl).map { String(cString: $0) } ?? ""
    }

    /// Whether the handshake resumed a session.
    package var isResumed: Bool { context.openSSL.SSL_session_reused(ssl) == 1 }

    /// The server need not offer a session again that it has just resumed.
    private func keepResumedSession() {
        guard isResumed, transport.offered?.isReusable == true, OpenSSLGate.enter() else { return }
        defer { OpenSSLGate.leave() }
        if let session = context.openSSL.SSL_get1_session(ssl) { transport.keep(session, of: ssl, context.openSSL) }
    }
}

// MARK: - After it

extension TLSEngine {
    /// Encrypts all of the plaintext, in as few records as it fits.
    ///
    /// No more than ``piece`` at once. What reading has left to be sent goes ahead of it.
    ///
    /// - Returns: whether it was encrypted; false while it ``isHeldUp``.
    package mutating func encrypt(
        _ plaintext: UnsafeRawBufferPointer, into ciphertext: inout ByteBuffer
    ) throws(RedisTLSError) -> Bool {
        guard let start = plaintext.baseAddress, let count = Int32(exactly: plaintext.count), count > 0 else {
            return true
        }
        if isHeldUp { return false }
        var nothing = ByteBuffer()
        let written = try call(reading: &nothing) { openSSL, ssl in openSSL.SSL_write(ssl, start, count) }
        transport.takeOutgoing(into: &ciphertext)
        // Memory is never full.
        if written != count { throw fail(.other(reason: "OpenSSL did not encrypt all")) }
        return true
    }

    /// Whether nothing can be encrypted before more has come: the peer is in the middle of a message of its own, such as a
    /// session to be resumed, which is longer than one record. OpenSSL reads all of such a message before it does
    /// anything else.
    package var isHeldUp: Bool { isReady && failure == nil && context.openSSL.SSL_in_init(ssl) != 0 }

    /// Decrypts what came, as far as there is room. Nothing of it is left if there was.
    ///
    /// Does not throw for what comes behind good plaintext: that is handed over first, and ``failure`` tells.
    ///
    /// - Returns: how many bytes of plaintext. If they don't fill the room, the rest has to come yet, or ``isEnded``.
    package mutating func decrypt(
        _ received: inout ByteBuffer, into room: UnsafeMutableRawBufferPointer
    ) throws(RedisTLSError) -> Int {
        guard let start = room.baseAddress else { return 0 }
        var total = 0
        while total < room.count {
            let target = start + total
            let free = Int32(clamping: room.count - total)
            let leftBefore = received.count
            let count: Int
            do throws(RedisTLSError) {
                count = try call(reading: &received) { openSSL, ssl in openSSL.SSL_read(ssl, target, free) }
            } catch {
                if total > 0 { return total }
                throw error
            }
            total += count
            // One call gives what is left of one record. With nothing behind it, another call would find nothing.
            if received.isEmpty ? count < free : count == 0 && received.count == leftBefore { break }
        }
        if transport.outgoing.count > Self.longestAnswer {
            throw fail(.other(reason: "the server asked for too many answers"))
        }
        return total
    }

    /// Whether the peer has said that nothing more comes. (`SSL_RECEIVED_SHUTDOWN` is 2.)
    package var isEnded: Bool { context.openSSL.SSL_get_shutdown(ssl) & 2 != 0 }

    /// Says that nothing more is sent. After a failure there is nobody to be told.
    package mutating func close(into ciphertext: inout ByteBuffer) {
        guard isReady, failure == nil, OpenSSLGate.enter() else { return }
        defer { OpenSSLGate.leave() }
        context.openSSL.ERR_clear_error()
        _ = context.openSSL.SSL_shutdown(ssl)
        transport.takeOutgoing(into: &ciphertext)
    }
}

// MARK: - Calls of OpenSSL

extension TLSEngine {
    /// Makes one call that may read what came.
    ///
    /// - Returns: what it returned; 0 if it needs more to come, or the stream has ended.
    private mutating func call(
        reading received: inout ByteBuffer, _ body: (OpenSSL, OpaquePointer) -> Int32
    ) throws(RedisTLSError) -> Int {
        if let failure { throw failure }
        guard OpenSSLGate.enter() else { throw fail(.processExits) }
        defer { OpenSSLGate.leave() }
        let openSSL = context.openSSL
        transport.swapIncoming(with: &received)
        defer { transport.swapIncoming(with: &received) }
        // SSL_get_error looks at the thread's queue, where others may have left something.
        openSSL.ERR_clear_error()
        let result = body(openSSL, ssl)
        if result > 0 { return Int(result) }
        switch openSSL.SSL_get_error(ssl, result) {
        case 2, 6: return 0  // SSL_ERROR_WANT_READ, SSL_ERROR_ZERO_RETURN
        default:
            throw fail(
                RedisTLSError(
                    of: ssl, openSSL, expected: name.text, isAnonymous: transport.isAnonymous, isReady: isReady))
        }
    }

    private mutating func fail(_ error: RedisTLSError) -> RedisTLSError {
        failure = error
        return error
    }
}
