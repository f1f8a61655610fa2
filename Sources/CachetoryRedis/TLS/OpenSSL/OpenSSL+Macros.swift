// What OpenSSL's headers define in C, with no symbol to look up. Names and numbers are the headers'.
extension OpenSSL {
    /// SSL_CTX_set_min_proto_version: `SSL_CTRL_SET_MIN_PROTO_VERSION` is 123.
    func setMinimumVersion(_ version: Int, of context: OpaquePointer) -> Bool {
        SSL_CTX_ctrl(context, 123, version, nil) == 1
    }

    /// SSL_CTX_set_session_cache_mode: `SSL_CTRL_SET_SESS_CACHE_MODE` is 44.
    func setSessionCacheMode(_ mode: Int, of context: OpaquePointer) {
        _ = SSL_CTX_ctrl(context, 44, mode, nil)
    }

    /// SSL_set_tlsext_host_name: `SSL_CTRL_SET_TLSEXT_HOSTNAME` is 55, `TLSEXT_NAMETYPE_host_name` 0.
    func setServerNameIndication(_ name: String, of ssl: OpaquePointer) -> Bool {
        var name = Array(name.utf8CString)
        return SSL_ctrl(ssl, 55, 0, &name) == 1
    }

    /// SSL_set_app_data: the place 0 of extra data, which is left to applications.
    func setApplicationData(_ data: UnsafeMutableRawPointer, of ssl: OpaquePointer) -> Bool {
        SSL_set_ex_data(ssl, 0, data) == 1
    }

    /// SSL_get_app_data.
    func applicationData(of ssl: OpaquePointer?) -> UnsafeMutableRawPointer? {
        SSL_get_ex_data(ssl, 0)
    }

    /// BIO_set_retry_read: `BIO_FLAGS_SHOULD_RETRY` is 8, `BIO_FLAGS_READ` 1.
    func setRetryRead(_ bio: OpaquePointer?) {
        BIO_set_flags(bio, 8 | 1)
    }

    /// BIO_clear_retry_flags: those two, `BIO_FLAGS_WRITE` (2) and `BIO_FLAGS_IO_SPECIAL` (4).
    func clearRetry(_ bio: OpaquePointer?) {
        BIO_clear_flags(bio, 8 | 4 | 2 | 1)
    }
}
