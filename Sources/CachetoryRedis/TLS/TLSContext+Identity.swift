import CachetorySmallFoundation

// Who the client is, where it has a certificate.
extension TLSContext {
    func identify() throws(RedisTLSError) {
        guard let certificateFile = configuration.certificateFile else { return }
        let keyFile = configuration.keyFile ?? certificateFile
        try Self.checkReadable(certificateFile)
        try Self.checkReadable(keyFile)
        guard openSSL.SSL_CTX_use_certificate_chain_file(pointer, certificateFile) == 1 else {
            throw .invalidIdentity(file: certificateFile, reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
        let key = try readKey(keyFile)
        defer { openSSL.EVP_PKEY_free(key) }
        guard openSSL.SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
            throw .invalidIdentity(file: keyFile, reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
    }

    /// Reads a private key, which has to be freed.
    private func readKey(_ file: String) throws(RedisTLSError) -> OpaquePointer {
        guard let bio = openSSL.BIO_new_file(file, "r") else {
            throw .fileNotReadable(path: file, reason: OpenSSLFailure(takenFrom: openSSL).text)
        }
        defer { _ = openSSL.BIO_free(bio) }
        let passphrase = Passphrase(configuration.keyPassphrase)
        let key = openSSL.PEM_read_bio_PrivateKey(
            bio, nil, Passphrase.answer, Unmanaged.passUnretained(passphrase).toOpaque())
        if let key { return key }
        let failure = OpenSSLFailure(takenFrom: openSSL)
        if passphrase.wasAsked { throw .wrongKeyPassphrase(file: file) }
        throw .invalidIdentity(file: file, reason: failure.text)
    }
}

/// Answers OpenSSL, which would ask on the terminal otherwise.
final class Passphrase {
    private let text: String?

    /// Only an encrypted key asks: what failed afterwards failed for its pass phrase.
    private(set) var wasAsked = false

    init(_ text: String?) {
        self.text = text
    }

    /// Refuses where there is none, or no room for it.
    static let answer: OpenSSL.PassphraseCallback = { room, size, _, caller in
        guard let room, let caller else { return -1 }
        let passphrase = Unmanaged<Passphrase>.fromOpaque(caller).takeUnretainedValue()
        passphrase.wasAsked = true
        guard let bytes = passphrase.text?.utf8, bytes.count <= Int(size) else { return -1 }
        for (offset, byte) in bytes.enumerated() { room[offset] = CChar(bitPattern: byte) }
        return Int32(bytes.count)
    }
}
