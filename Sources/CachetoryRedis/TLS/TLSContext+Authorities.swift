import CachetorySmallFoundation

// Whom a context trusts.
extension TLSContext {
    func trustAuthorities() throws(RedisTLSError) {
        let isVerified = configuration.verification != .none
        // SSL_VERIFY_PEER or SSL_VERIFY_NONE, without a callback: OpenSSL's verdict stands.
        openSSL.SSL_CTX_set_verify(pointer, isVerified ? 1 : 0, nil)
        guard isVerified else { return }
        if let file = configuration.authorityFile { try trust(file: file) }
        if let folder = configuration.authorityFolder { try trust(folder: folder) }
        if let data = configuration.authorityData { try trust(data: data) }
        if configuration.trustsSystem { _ = openSSL.SSL_CTX_set_default_verify_paths(pointer) }
        // Where there is no system's store, every server is unknown to it: the error then says so.
        openSSL.ERR_clear_error()
    }

    private func trust(file: String) throws(RedisTLSError) {
        try Self.checkReadable(file)
        guard openSSL.SSL_CTX_load_verify_locations(pointer, file, nil) == 1 else {
            throw .invalidAuthorities(source: file, reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
    }

    /// OpenSSL looks into the folder only once it meets a certificate.
    private func trust(folder: String) throws(RedisTLSError) {
        try Self.checkReadable(folder)
        guard openSSL.SSL_CTX_load_verify_locations(pointer, nil, folder) == 1 else {
            throw .invalidAuthorities(source: folder, reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
    }

    private func trust(data: String) throws(RedisTLSError) {
        var data = data
        let count = data.withUTF8 { addAuthorities(in: $0) }
        // The end of the text is a failure to OpenSSL, too, so only what came before it counts.
        let failure = OpenSSLFailure(takenFrom: openSSL)
        if count == 0 { throw .invalidAuthorities(source: "authorityData (ssl_ca_data)", reason: failure.text) }
    }

    /// - Returns: how many certificates there were.
    private func addAuthorities(in text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let store = openSSL.SSL_CTX_get_cert_store(pointer), let length = Int32(exactly: text.count),
            let start = text.baseAddress, let bio = openSSL.BIO_new_mem_buf(start, length)
        else { return 0 }
        defer { _ = openSSL.BIO_free(bio) }
        var count = 0
        while let certificate = openSSL.PEM_read_bio_X509(bio, nil, Passphrase.answer, nil) {
            count += Int(openSSL.X509_STORE_add_cert(store, certificate))
            openSSL.X509_free(certificate)
        }
        return count
    }

    /// OpenSSL's own words for a missing file are not the best.
    ///
    /// C: `access`
    static func checkReadable(_ path: String) throws(RedisTLSError) {
        if access(path, R_OK) != 0 { throw .fileNotReadable(path: path, reason: Errno.current.description) }
    }
}

extension RedisTLSConfiguration {
    /// Whether the system's authorities are trusted: where none were given.
    var trustsSystem: Bool { authorityFile == nil && authorityFolder == nil && authorityData == nil }
}
