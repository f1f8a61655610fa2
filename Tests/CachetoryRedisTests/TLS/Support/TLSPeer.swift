import CachetorySystemLibraries
import CachetoryTestSupport

/// A server's side of TLS over OpenSSL's own memory BIOs, which does what the test tells it.
final class TLSPeer {
    struct Options {
        var identity: Certificates.Pair
        /// The only version that it speaks.
        var version = Version.tls13
        /// Clients have to show a certificate of this authority.
        var clientAuthority: String?
        /// So many bytes go into one record at most; OpenSSL allows no fewer than 512.
        var longestRecord: Int?
    }

    enum Version: Int, CaseIterable, Sendable {
        case tls11 = 0x0302
        case tls12 = 0x0303
        case tls13 = 0x0304
    }

    struct Failure: Error {}

    private let openSSL: PeerLibrary
    private let context: OpaquePointer
    private var ssl: OpaquePointer
    private var input: OpaquePointer
    private var output: OpaquePointer

    init(_ options: Options) throws {
        let openSSL = try PeerLibrary()
        guard let context = openSSL.SSL_CTX_new(openSSL.TLS_server_method()) else { throw Failure() }
        self.openSSL = openSSL
        self.context = context
        (ssl, input, output) = try Self.makeConnection(openSSL, context)
        let version = options.version.rawValue
        let isSet = [
            // TLS 1.1 is below what a default security level allows.
            options.version != .tls11 || openSSL.SSL_CTX_set_cipher_list(context, "DEFAULT@SECLEVEL=0") == 1,
            openSSL.SSL_CTX_ctrl(context, 123, version, nil) == 1,  // SSL_CTRL_SET_MIN_PROTO_VERSION
            openSSL.SSL_CTX_ctrl(context, 124, version, nil) == 1,  // SSL_CTRL_SET_MAX_PROTO_VERSION
            openSSL.SSL_CTX_use_certificate_chain_file(context, options.identity.certificate) == 1,
            openSSL.SSL_CTX_use_PrivateKey_file(context, options.identity.key, 1) == 1,  // SSL_FILETYPE_PEM
            openSSL.SSL_CTX_set_session_id_context(context, "tests", 5) == 1,
        ]
        if isSet.contains(false) { throw Failure() }
        if let length = options.longestRecord {
            // SSL_CTRL_SET_MAX_SEND_FRAGMENT
            guard openSSL.SSL_CTX_ctrl(context, 52, length, nil) == 1 else { throw Failure() }
        }
        if let authority = options.clientAuthority {
            guard openSSL.SSL_CTX_load_verify_locations(context, authority, nil) == 1 else { throw Failure() }
            openSSL.SSL_CTX_set_verify(context, 3, nil)  // SSL_VERIFY_PEER, SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
        try startOver()
    }

    deinit {
        openSSL.SSL_free(ssl)
        openSSL.SSL_CTX_free(context)
    }

    /// Is the same server to another connection.
    func startOver() throws {
        openSSL.SSL_free(ssl)
        (ssl, input, output) = try Self.makeConnection(openSSL, context)
    }

    private static func makeConnection(
        _ openSSL: PeerLibrary, _ context: OpaquePointer
    ) throws -> (ssl: OpaquePointer, input: OpaquePointer, output: OpaquePointer) {
        guard let ssl = openSSL.SSL_new(context), let input = openSSL.BIO_new(openSSL.BIO_s_mem()),
            let output = openSSL.BIO_new(openSSL.BIO_s_mem())
        else { throw Failure() }
        openSSL.SSL_set_bio(ssl, input, output)
        openSSL.SSL_set_accept_state(ssl)
        return (ssl, input, output)
    }

    /// Takes ciphertext of the client in.
    func feed(_ ciphertext: [UInt8]) {
        if !ciphertext.isEmpty { _ = openSSL.BIO_write(input, ciphertext, Int32(ciphertext.count)) }
    }

    /// Ciphertext for the client.
    func takeCiphertext() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: openSSL.BIO_ctrl(output, 10, 0, nil))  // BIO_CTRL_PENDING
        if !bytes.isEmpty { _ = openSSL.BIO_read(output, &bytes, Int32(bytes.count)) }
        return bytes
    }

    /// Goes on with the handshake, or with a message that was asked for; false if it needs more, or has failed.
    @discardableResult
    func shakeHands() -> Bool {
        openSSL.ERR_clear_error()
        return openSSL.SSL_do_handshake(ssl) == 1
    }

    /// What came in, decrypted.
    func read() -> [UInt8] {
        var all: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 16 * 1024)
        openSSL.ERR_clear_error()
        while case let count = Int(openSSL.SSL_read(ssl, &room, Int32(room.count))), count > 0 {
            all += room.prefix(count)
        }
        return all
    }

    /// Encrypts.
    func write(_ plaintext: [UInt8]) {
        _ = openSSL.SSL_write(ssl, plaintext, Int32(plaintext.count))
    }

    /// Says that nothing more comes.
    func close() {
        _ = openSSL.SSL_shutdown(ssl)
    }

    /// Whether the client has said so.
    var isEnded: Bool { openSSL.SSL_get_shutdown(ssl) & 2 != 0 }  // SSL_RECEIVED_SHUTDOWN

    /// Asks the client to change its keys, and changes its own (TLS 1.3).
    func updateKeys() {
        _ = openSSL.SSL_key_update(ssl, 1)  // SSL_KEY_UPDATE_REQUESTED
        shakeHands()
    }

    /// Offers the client another session to resume (TLS 1.3).
    func offerSession() {
        _ = openSSL.SSL_new_session_ticket?(ssl)
        shakeHands()
    }

    /// Asks the client to begin a new handshake (TLS 1.2).
    func renegotiate() {
        _ = openSSL.SSL_renegotiate(ssl)
        shakeHands()
    }

    /// The name that the client asked for.
    var requestedName: String? { openSSL.SSL_get_servername(ssl, 0).map { String(cString: $0) } }
}

/// The functions of OpenSSL that a server needs.
private struct PeerLibrary {
    let ERR_clear_error: @convention(c) () -> Void
    let TLS_server_method: @convention(c) () -> OpaquePointer?
    let SSL_CTX_new: @convention(c) (OpaquePointer?) -> OpaquePointer?
    let SSL_CTX_free: @convention(c) (OpaquePointer?) -> Void
    let SSL_CTX_ctrl: @convention(c) (OpaquePointer, Int32, Int, UnsafeMutableRawPointer?) -> Int
    let SSL_CTX_set_cipher_list: @convention(c) (OpaquePointer, UnsafePointer<CChar>) -> Int32
    let SSL_CTX_set_verify: @convention(c) (OpaquePointer, Int32, OpaquePointer?) -> Void
    let SSL_CTX_set_session_id_context: @convention(c) (OpaquePointer, UnsafePointer<CChar>, UInt32) -> Int32
    let SSL_CTX_load_verify_locations:
        @convention(c) (OpaquePointer, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32
    let SSL_CTX_use_certificate_chain_file: @convention(c) (OpaquePointer, UnsafePointer<CChar>) -> Int32
    let SSL_CTX_use_PrivateKey_file: @convention(c) (OpaquePointer, UnsafePointer<CChar>, Int32) -> Int32
    let SSL_new: @convention(c) (OpaquePointer) -> OpaquePointer?
    let SSL_free: @convention(c) (OpaquePointer?) -> Void
    let SSL_set_bio: @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer) -> Void
    let SSL_set_accept_state: @convention(c) (OpaquePointer) -> Void
    let SSL_do_handshake: @convention(c) (OpaquePointer) -> Int32
    let SSL_read: @convention(c) (OpaquePointer, UnsafeMutableRawPointer, Int32) -> Int32
    let SSL_write: @convention(c) (OpaquePointer, UnsafeRawPointer, Int32) -> Int32
    let SSL_shutdown: @convention(c) (OpaquePointer) -> Int32
    let SSL_get_shutdown: @convention(c) (OpaquePointer) -> Int32
    let SSL_key_update: @convention(c) (OpaquePointer, Int32) -> Int32
    /// From OpenSSL 3 on.
    let SSL_new_session_ticket: (@convention(c) (OpaquePointer) -> Int32)?
    let SSL_renegotiate: @convention(c) (OpaquePointer) -> Int32
    let SSL_get_servername: @convention(c) (OpaquePointer, Int32) -> UnsafePointer<CChar>?
    let BIO_s_mem: @convention(c) () -> OpaquePointer?
    let BIO_new: @convention(c) (OpaquePointer?) -> OpaquePointer?
    let BIO_ctrl: @convention(c) (OpaquePointer, Int32, Int, UnsafeMutableRawPointer?) -> Int
    let BIO_read: @convention(c) (OpaquePointer, UnsafeMutableRawPointer, Int32) -> Int32
    let BIO_write: @convention(c) (OpaquePointer, UnsafeRawPointer, Int32) -> Int32

    init() throws {
        let library = try SystemLibrary("OpenSSL", files: ["libssl.so.3", "libssl.so.1.1"], install: "libssl3")
        func find<Function>(_ symbol: String) throws -> Function {
            try library.function(symbol, as: Function.self)
        }
        ERR_clear_error = try find("ERR_clear_error")
        TLS_server_method = try find("TLS_server_method")
        SSL_CTX_new = try find("SSL_CTX_new")
        SSL_CTX_free = try find("SSL_CTX_free")
        SSL_CTX_ctrl = try find("SSL_CTX_ctrl")
        SSL_CTX_set_cipher_list = try find("SSL_CTX_set_cipher_list")
        SSL_CTX_set_verify = try find("SSL_CTX_set_verify")
        SSL_CTX_set_session_id_context = try find("SSL_CTX_set_session_id_context")
        SSL_CTX_load_verify_locations = try find("SSL_CTX_load_verify_locations")
        SSL_CTX_use_certificate_chain_file = try find("SSL_CTX_use_certificate_chain_file")
        SSL_CTX_use_PrivateKey_file = try find("SSL_CTX_use_PrivateKey_file")
        SSL_new = try find("SSL_new")
        SSL_free = try find("SSL_free")
        SSL_set_bio = try find("SSL_set_bio")
        SSL_set_accept_state = try find("SSL_set_accept_state")
        SSL_do_handshake = try find("SSL_do_handshake")
        SSL_read = try find("SSL_read")
        SSL_write = try find("SSL_write")
        SSL_shutdown = try find("SSL_shutdown")
        SSL_get_shutdown = try find("SSL_get_shutdown")
        SSL_key_update = try find("SSL_key_update")
        SSL_new_session_ticket = try? find("SSL_new_session_ticket")
        SSL_renegotiate = try find("SSL_renegotiate")
        SSL_get_servername = try find("SSL_get_servername")
        BIO_s_mem = try find("BIO_s_mem")
        BIO_new = try find("BIO_new")
        BIO_ctrl = try find("BIO_ctrl")
        BIO_read = try find("BIO_read")
        BIO_write = try find("BIO_write")
    }
}
