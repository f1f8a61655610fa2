/// What all connections of one configuration share: whom they trust, who they are, and the sessions they may resume.
///
/// Making one reads files, and takes some ten milliseconds with the system's authorities.
package final class TLSContext: Sendable {
    let openSSL: OpenSSL
    let configuration: RedisTLSConfiguration
    let sessions = TLSSessionCache()

    /// What time it is.
    let clock: @Sendable () -> Timestamp

    /// An `SSL_CTX`, counted by references, which threads may share once it is set up.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// The kind of BIO of its connections; not changed any more.
    nonisolated(unsafe) let bioMethod: OpaquePointer

    /// - Throws: ``RedisTLSError`` where OpenSSL is missing, or a file or another part of the configuration is not
    ///   usable.
    ///
    /// - Parameter clock: tells how old sessions are.
    package init(
        _ configuration: RedisTLSConfiguration, clock: @escaping @Sendable () -> Timestamp = { .now }
    ) throws(RedisTLSError) {
        openSSL = try OpenSSL.loaded.get()
        self.configuration = configuration
        self.clock = clock
        guard OpenSSLGate.enter() else { throw .processExits }
        defer { OpenSSLGate.leave() }
        openSSL.ERR_clear_error()
        guard let context = openSSL.SSL_CTX_new(openSSL.TLS_client_method()),
            let method = TLSTransport.makeMethod(openSSL)
        else { throw .other(reason: OpenSSLFailure(takenFrom: openSSL).text) }
        pointer = context
        bioMethod = method
        TLSTransport.installCallbacks(in: context, openSSL)
        try restrictProtocol()
        try trustAuthorities()
        try identify()
    }

    deinit {
        guard OpenSSLGate.enter() else { return }
        defer { OpenSSLGate.leave() }
        openSSL.SSL_CTX_free(pointer)
        openSSL.BIO_meth_free(bioMethod)
    }

    /// `TLS1_2_VERSION` and `TLS1_3_VERSION`.
    static func versionNumber(of version: RedisTLSConfiguration.Version) -> Int {
        switch version {
        case .tls12: 0x0303
        case .tls13: 0x0304
        }
    }

    private func restrictProtocol() throws(RedisTLSError) {
        // No renegotiation, which TLS 1.3 dropped for good reasons (SSL_OP_NO_RENEGOTIATION), and no compression, which
        // gives secrets away (SSL_OP_NO_COMPRESSION).
        _ = openSSL.SSL_CTX_set_options(pointer, 1 << 30 | 1 << 17)
        // Sessions are ours to keep: SSL_SESS_CACHE_CLIENT, SSL_SESS_CACHE_NO_INTERNAL.
        openSSL.setSessionCacheMode(0x1 | 0x300, of: pointer)
        guard openSSL.setMinimumVersion(Self.versionNumber(of: configuration.minimumVersion), of: pointer) else {
            throw .other(reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
        if let ciphers = configuration.ciphers, openSSL.SSL_CTX_set_cipher_list(pointer, ciphers) != 1 {
            throw .invalidCiphers(ciphers, reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
    }
}
