import CachetorySystemLibraries

/// OpenSSL's functions, of version 3 or 1.1, under their own names: its manual is theirs, too.
///
/// Its headers' constants are beside those who use them, and its macros are methods in `OpenSSL+Macros.swift`.
package final class OpenSSL: Sendable {
    /// The system's library, loaded once; or why it could not be.
    package static let loaded: Result<OpenSSL, RedisTLSError> = {
        do throws(RedisTLSError) {
            return .success(try OpenSSL(files: fileNames))
        } catch {
            return .failure(error)
        }
    }()

    /// Version 3 first. No names without a version: what they stand for may be LibreSSL, or older than 1.1.
    #if canImport(Darwin)
        private static let fileNames = [
            "libssl.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib",
            "/usr/local/opt/openssl@3/lib/libssl.3.dylib", "libssl.1.1.dylib",
        ]
    #else
        private static let fileNames = ["libssl.so.3", "libssl.so.1.1"]
    #endif

    // MARK: Its beginning and end

    let OPENSSL_init_crypto: @convention(c) (UInt64, OpaquePointer?) -> Int32
    let OPENSSL_init_ssl: @convention(c) (UInt64, OpaquePointer?) -> Int32
    let OPENSSL_atexit: @convention(c) (@convention(c) () -> Void) -> Int32

    // MARK: The version

    let OpenSSL_version_num: @convention(c) () -> UInt

    // MARK: Errors, in a queue of each thread

    let ERR_clear_error: @convention(c) () -> Void
    let ERR_get_error: @convention(c) () -> UInt
    let ERR_error_string_n: @convention(c) (UInt, UnsafeMutablePointer<CChar>, Int) -> Void
    let ERR_reason_error_string: @convention(c) (UInt) -> UnsafePointer<CChar>?
    let X509_verify_cert_error_string: @convention(c) (Int) -> UnsafePointer<CChar>?

    // MARK: Contexts

    let TLS_client_method: @convention(c) () -> OpaquePointer?
    let SSL_CTX_new: @convention(c) (OpaquePointer?) -> OpaquePointer?
    let SSL_CTX_free: @convention(c) (OpaquePointer?) -> Void
    let SSL_CTX_ctrl: @convention(c) (OpaquePointer, Int32, Int, UnsafeMutableRawPointer?) -> Int
    let SSL_CTX_set_options: @convention(c) (OpaquePointer, UInt) -> UInt
    let SSL_CTX_set_verify: @convention(c) (OpaquePointer, Int32, OpaquePointer?) -> Void
    let SSL_CTX_set_cipher_list: @convention(c) (OpaquePointer, UnsafePointer<CChar>) -> Int32
    let SSL_CTX_sess_set_new_cb:
        @convention(c) (OpaquePointer, @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32) -> Void
    let SSL_CTX_set_client_cert_cb:
        @convention(c) (
            OpaquePointer, @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?) -> Int32
        ) -> Void

    // MARK: Whom a context trusts, and who it is

    let SSL_CTX_set_default_verify_paths: @convention(c) (OpaquePointer) -> Int32
    let SSL_CTX_load_verify_locations:
        @convention(c) (OpaquePointer, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32
    let SSL_CTX_get_cert_store: @convention(c) (OpaquePointer) -> OpaquePointer?
    let SSL_CTX_use_certificate_chain_file: @convention(c) (OpaquePointer, UnsafePointer<CChar>) -> Int32
    let SSL_CTX_use_PrivateKey: @convention(c) (OpaquePointer, OpaquePointer) -> Int32
    let X509_STORE_add_cert: @convention(c) (OpaquePointer, OpaquePointer) -> Int32
    let X509_get_default_cert_file: @convention(c) () -> UnsafePointer<CChar>?
    let X509_get_default_cert_dir: @convention(c) () -> UnsafePointer<CChar>?
    let X509_get_default_cert_file_env: @convention(c) () -> UnsafePointer<CChar>?
    let X509_get_default_cert_dir_env: @convention(c) () -> UnsafePointer<CChar>?
    let X509_free: @convention(c) (OpaquePointer?) -> Void
    let EVP_PKEY_free: @convention(c) (OpaquePointer?) -> Void

    /// Asked for a pass phrase: the room for it, its size, whether it is to encrypt, and the caller's own pointer.
    typealias PassphraseCallback =
        @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32
    let PEM_read_bio_X509:
        @convention(c) (OpaquePointer, OpaquePointer?, PassphraseCallback, UnsafeMutableRawPointer?) -> OpaquePointer?
    let PEM_read_bio_PrivateKey:
        @convention(c) (OpaquePointer, OpaquePointer?, PassphraseCallback, UnsafeMutableRawPointer?) -> OpaquePointer?

    // MARK: Connections

    let SSL_new: @convention(c) (OpaquePointer) -> OpaquePointer?
    let SSL_free: @convention(c) (OpaquePointer?) -> Void
    let SSL_ctrl: @convention(c) (OpaquePointer, Int32, Int, UnsafeMutableRawPointer?) -> Int
    let SSL_set_bio: @convention(c) (OpaquePointer, OpaquePointer, OpaquePointer) -> Void
    let SSL_set_ex_data: @convention(c) (OpaquePointer, Int32, UnsafeMutableRawPointer?) -> Int32
    let SSL_get_ex_data: @convention(c) (OpaquePointer?, Int32) -> UnsafeMutableRawPointer?
    let SSL_set_connect_state: @convention(c) (OpaquePointer) -> Void
    let SSL_do_handshake: @convention(c) (OpaquePointer) -> Int32
    let SSL_in_init: @convention(c) (OpaquePointer) -> Int32
    let SSL_read: @convention(c) (OpaquePointer, UnsafeMutableRawPointer, Int32) -> Int32
    let SSL_write: @convention(c) (OpaquePointer, UnsafeRawPointer, Int32) -> Int32
    let SSL_get_error: @convention(c) (OpaquePointer, Int32) -> Int32
    let SSL_shutdown: @convention(c) (OpaquePointer) -> Int32
    let SSL_set_shutdown: @convention(c) (OpaquePointer, Int32) -> Void
    let SSL_get_shutdown: @convention(c) (OpaquePointer) -> Int32
    let SSL_get_version: @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
    let SSL_get_verify_result: @convention(c) (OpaquePointer) -> Int

    // MARK: Which certificate is expected

    let SSL_get0_param: @convention(c) (OpaquePointer) -> OpaquePointer?
    let X509_VERIFY_PARAM_set_hostflags: @convention(c) (OpaquePointer?, UInt32) -> Void
    let X509_VERIFY_PARAM_set1_host: @convention(c) (OpaquePointer?, UnsafePointer<CChar>, Int) -> Int32
    let X509_VERIFY_PARAM_set1_ip_asc: @convention(c) (OpaquePointer?, UnsafePointer<CChar>) -> Int32

    // MARK: Sessions

    let SSL_set_session: @convention(c) (OpaquePointer, OpaquePointer) -> Int32
    let SSL_get1_session: @convention(c) (OpaquePointer) -> OpaquePointer?
    let SSL_session_reused: @convention(c) (OpaquePointer) -> Int32
    let SSL_SESSION_free: @convention(c) (OpaquePointer?) -> Void
    let SSL_SESSION_is_resumable: @convention(c) (OpaquePointer) -> Int32
    let SSL_SESSION_get_protocol_version: @convention(c) (OpaquePointer) -> Int32

    // MARK: Where bytes come from and go to

    let BIO_new_mem_buf: @convention(c) (UnsafeRawPointer, Int32) -> OpaquePointer?
    let BIO_new_file: @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> OpaquePointer?
    let BIO_new: @convention(c) (OpaquePointer?) -> OpaquePointer?
    let BIO_free: @convention(c) (OpaquePointer?) -> Int32
    let BIO_set_init: @convention(c) (OpaquePointer, Int32) -> Void
    let BIO_set_data: @convention(c) (OpaquePointer, UnsafeMutableRawPointer?) -> Void
    let BIO_get_data: @convention(c) (OpaquePointer?) -> UnsafeMutableRawPointer?
    let BIO_set_flags: @convention(c) (OpaquePointer?, Int32) -> Void
    let BIO_clear_flags: @convention(c) (OpaquePointer?, Int32) -> Void
    let BIO_get_new_index: @convention(c) () -> Int32
    let BIO_meth_new: @convention(c) (Int32, UnsafePointer<CChar>) -> OpaquePointer?
    let BIO_meth_free: @convention(c) (OpaquePointer?) -> Void
    let BIO_meth_set_read:
        @convention(c) (
            OpaquePointer, @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, Int32) -> Int32
        ) -> Int32
    let BIO_meth_set_write:
        @convention(c) (OpaquePointer, @convention(c) (OpaquePointer?, UnsafeRawPointer?, Int32) -> Int32) -> Int32
    let BIO_meth_set_ctrl:
        @convention(c) (
            OpaquePointer, @convention(c) (OpaquePointer?, Int32, Int, UnsafeMutableRawPointer?) -> Int
        ) -> Int32

    /// Loads the first of some files that is there, and looks all functions up.
    ///
    /// - Throws: ``RedisTLSError/libraryMissing(reason:)``.
    package init(files: [String]) throws(RedisTLSError) {
        do {
            // It brings libcrypto along, whose functions are found through it, too.
            let library = try SystemLibrary(
                "OpenSSL", files: files, install: "libssl3 (Debian, Ubuntu) or openssl (other systems)")
            OPENSSL_init_crypto = try library.function("OPENSSL_init_crypto")
            OPENSSL_init_ssl = try library.function("OPENSSL_init_ssl")
            OPENSSL_atexit = try library.function("OPENSSL_atexit")
            OpenSSL_version_num = try library.function("OpenSSL_version_num")
            ERR_clear_error = try library.function("ERR_clear_error")
            ERR_get_error = try library.function("ERR_get_error")
            ERR_error_string_n = try library.function("ERR_error_string_n")
            ERR_reason_error_string = try library.function("ERR_reason_error_string")
            X509_verify_cert_error_string = try library.function("X509_verify_cert_error_string")
            TLS_client_method = try library.function("TLS_client_method")
            SSL_CTX_new = try library.function("SSL_CTX_new")
            SSL_CTX_free = try library.function("SSL_CTX_free")
            SSL_CTX_ctrl = try library.function("SSL_CTX_ctrl")
            SSL_CTX_set_options = try library.function("SSL_CTX_set_options")
            SSL_CTX_set_verify = try library.function("SSL_CTX_set_verify")
            SSL_CTX_set_cipher_list = try library.function("SSL_CTX_set_cipher_list")
            SSL_CTX_sess_set_new_cb = try library.function("SSL_CTX_sess_set_new_cb")
            SSL_CTX_set_client_cert_cb = try library.function("SSL_CTX_set_client_cert_cb")
            SSL_CTX_set_default_verify_paths = try library.function("SSL_CTX_set_default_verify_paths")
            SSL_CTX_load_verify_locations = try library.function("SSL_CTX_load_verify_locations")
            SSL_CTX_get_cert_store = try library.function("SSL_CTX_get_cert_store")
            SSL_CTX_use_certificate_chain_file = try library.function("SSL_CTX_use_certificate_chain_file")
            SSL_CTX_use_PrivateKey = try library.function("SSL_CTX_use_PrivateKey")
            X509_STORE_add_cert = try library.function("X509_STORE_add_cert")
            X509_get_default_cert_file = try library.function("X509_get_default_cert_file")
            X509_get_default_cert_dir = try library.function("X509_get_default_cert_dir")
            X509_get_default_cert_file_env = try library.function("X509_get_default_cert_file_env")
            X509_get_default_cert_dir_env = try library.function("X509_get_default_cert_dir_env")
            X509_free = try library.function("X509_free")
            EVP_PKEY_free = try library.function("EVP_PKEY_free")
            PEM_read_bio_X509 = try library.function("PEM_read_bio_X509")
            PEM_read_bio_PrivateKey = try library.function("PEM_read_bio_PrivateKey")
            SSL_new = try library.function("SSL_new")
            SSL_free = try library.function("SSL_free")
            SSL_ctrl = try library.function("SSL_ctrl")
            SSL_set_bio = try library.function("SSL_set_bio")
            SSL_set_ex_data = try library.function("SSL_set_ex_data")
            SSL_get_ex_data = try library.function("SSL_get_ex_data")
            SSL_set_connect_state = try library.function("SSL_set_connect_state")
            SSL_do_handshake = try library.function("SSL_do_handshake")
            SSL_in_init = try library.function("SSL_in_init")
            SSL_read = try library.function("SSL_read")
            SSL_write = try library.function("SSL_write")
            SSL_get_error = try library.function("SSL_get_error")
            SSL_shutdown = try library.function("SSL_shutdown")
            SSL_set_shutdown = try library.function("SSL_set_shutdown")
            SSL_get_shutdown = try library.function("SSL_get_shutdown")
            SSL_get_version = try library.function("SSL_get_version")
            SSL_get_verify_result = try library.function("SSL_get_verify_result")
            SSL_get0_param = try library.function("SSL_get0_param")
            X509_VERIFY_PARAM_set_hostflags = try library.function("X509_VERIFY_PARAM_set_hostflags")
            X509_VERIFY_PARAM_set1_host = try library.function("X509_VERIFY_PARAM_set1_host")
            X509_VERIFY_PARAM_set1_ip_asc = try library.function("X509_VERIFY_PARAM_set1_ip_asc")
            SSL_set_session = try library.function("SSL_set_session")
            SSL_get1_session = try library.function("SSL_get1_session")
            SSL_session_reused = try library.function("SSL_session_reused")
            SSL_SESSION_free = try library.function("SSL_SESSION_free")
            SSL_SESSION_is_resumable = try library.function("SSL_SESSION_is_resumable")
            SSL_SESSION_get_protocol_version = try library.function("SSL_SESSION_get_protocol_version")
            BIO_new_mem_buf = try library.function("BIO_new_mem_buf")
            BIO_new_file = try library.function("BIO_new_file")
            BIO_new = try library.function("BIO_new")
            BIO_free = try library.function("BIO_free")
            BIO_set_init = try library.function("BIO_set_init")
            BIO_set_data = try library.function("BIO_set_data")
            BIO_get_data = try library.function("BIO_get_data")
            BIO_set_flags = try library.function("BIO_set_flags")
            BIO_clear_flags = try library.function("BIO_clear_flags")
            BIO_get_new_index = try library.function("BIO_get_new_index")
            BIO_meth_new = try library.function("BIO_meth_new")
            BIO_meth_free = try library.function("BIO_meth_free")
            BIO_meth_set_read = try library.function("BIO_meth_set_read")
            BIO_meth_set_write = try library.function("BIO_meth_set_write")
            BIO_meth_set_ctrl = try library.function("BIO_meth_set_ctrl")
        } catch {
            throw .libraryMissing(reason: "\(error)")
        }
        begin()
    }

    /// Before all other calls: see ``OpenSSLGate``.
    private func begin() {
        // OPENSSL_INIT_NO_ATEXIT, which only the first caller in the process can ask for.
        _ = OPENSSL_init_crypto(0x80000, nil)
        // Handlers run in the reverse order, so its own for TLS has to be there before.
        _ = OPENSSL_init_ssl(0, nil)
        _ = OPENSSL_atexit { OpenSSLGate.shut() }
    }
}

extension SystemLibrary {
    /// A function of the type that the property it is for declares.
    fileprivate func function<Function>(_ symbol: String) throws(SystemLibraryError) -> Function {
        try function(symbol, as: Function.self)
    }
}
