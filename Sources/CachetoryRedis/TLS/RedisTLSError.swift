/// Why a connection could not be encrypted, or why an encrypted one broke.
///
/// A `reason` is OpenSSL's own text.
///
/// ```swift
/// let pool = try ConnectionPool(url: "rediss://localhost")
/// do {
///     _ = try await pool.execute(["PING"])
/// } catch RedisCallError.tlsFailed(_, .unknownAuthority(let reason)) {
///     print("set ssl_ca_certs to the authority's certificate:", reason)
/// }
/// ```
public enum RedisTLSError: Error, Sendable, Hashable {
    // MARK: Before a server is asked

    /// OpenSSL is not installed, or too old.
    case libraryMissing(reason: String)

    /// A file or folder that the configuration names cannot be read.
    case fileNotReadable(path: String, reason: String)

    /// A file or text that should hold certificates of authorities holds none, or a damaged one.
    case invalidAuthorities(source: String, reason: String)

    /// The client's certificate or private key is damaged, or one does not belong to the other.
    case invalidIdentity(file: String, reason: String)

    /// The private key is encrypted, and the pass phrase is missing or wrong.
    case wrongKeyPassphrase(file: String)

    /// OpenSSL knows none of the ciphers.
    case invalidCiphers(String, reason: String)

    // MARK: The server's certificate

    /// No authority that is trusted signed the server's certificate.
    case unknownAuthority(reason: String)

    /// The server's certificate, or one that vouches for it, has expired.
    case certificateExpired

    /// The server's certificate, or one that vouches for it, is not valid yet.
    case certificateNotYetValid

    /// The server's certificate is another host's.
    case hostnameMismatch(expected: String)

    /// The server's certificate is bad in another way.
    case certificateRejected(reason: String)

    // MARK: What the server does not like

    /// The server wants a certificate of the client, and the configuration has none.
    case clientCertificateRequired

    /// The server does not accept the client's certificate.
    case clientCertificateRejected(reason: String)

    /// The server speaks no version of TLS that the configuration allows.
    case unsupportedVersion(reason: String)

    // MARK: The stream

    /// What came is not TLS.
    case notTLS

    /// The stream ended without the server saying so: the network, or an attacker, may have cut it.
    case truncated

    /// Anything else, in OpenSSL's words.
    case other(reason: String)
}

extension RedisTLSError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .libraryMissing(let reason):
            "TLS needs OpenSSL: \(reason)"
        case .fileNotReadable(let path, let reason):
            "cannot read \(path): \(reason)"
        case .invalidAuthorities(let source, let reason):
            "\(source) has no usable certificates in PEM format: \(reason)"
        case .invalidIdentity(let file, let reason):
            "the client's certificate or key in \(file) cannot be used: \(reason)"
        case .wrongKeyPassphrase(let file):
            "the private key in \(file) is encrypted; its pass phrase (ssl_password) is missing or wrong"
        case .invalidCiphers(let ciphers, let reason):
            "the list of ciphers \"\(ciphers)\" (ssl_ciphers) is not usable: \(reason)"
        case .unknownAuthority(let reason):
            "no trusted authority signed the server's certificate: \(reason); name its authority's certificate in "
                + "ssl_ca_certs, or install the system's ca-certificates"
        case .certificateExpired:
            "the server's certificate has expired"
        case .certificateNotYetValid:
            "the server's certificate is not valid yet; is the clock right?"
        case .hostnameMismatch(let expected):
            "the server's certificate is not for \(expected); connect by a name that is in it"
        case .certificateRejected(let reason):
            "the server's certificate is not acceptable: \(reason)"
        case .clientCertificateRequired:
            "the server requires a certificate of the client: give ssl_certfile and ssl_keyfile"
        case .clientCertificateRejected(let reason):
            "the server does not accept the client's certificate (ssl_certfile): \(reason)"
        case .unsupportedVersion(let reason):
            "the server speaks no allowed version of TLS (ssl_min_version): \(reason)"
        case .notTLS:
            "the server's answer is not TLS; is this its port for plain connections?"
        case .truncated:
            "the encrypted stream was cut off: it ended without the server's close_notify"
        case .other(let reason):
            "TLS failed: \(reason)"
        }
    }
}
