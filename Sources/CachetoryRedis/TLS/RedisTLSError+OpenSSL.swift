extension RedisTLSError {
    /// OpenSSL must not be called any more: see ``OpenSSLGate``.
    static var processExits: RedisTLSError { .other(reason: "the process exits") }

    /// What a failed call of a connection means. Empties the thread's queue of errors.
    ///
    /// - Parameters:
    ///   - expected: the name that the server's certificate has to carry.
    ///   - isAnonymous: whether the server asked for a certificate of the client and got none.
    ///   - isReady: whether the handshake is done.
    init(of ssl: OpaquePointer, _ openSSL: OpenSSL, expected: String, isAnonymous: Bool, isReady: Bool) {
        let failure = OpenSSLFailure(takenFrom: openSSL)
        for reason in failure.tlsReasons.compactMap(Reason.init) {
            switch reason {
            case .certificateVerifyFailed:
                self.init(verifyResult: openSSL.SSL_get_verify_result(ssl), openSSL, expected: expected)
            case .unsupportedProtocol, .noProtocolsAvailable, .versionAlert:
                self = .unsupportedVersion(reason: failure.text)
            case .wrongVersionNumber:
                self = isReady ? .other(reason: failure.text) : .notTLS
            case .certificateRequiredAlert:
                self = .clientCertificateRequired
            case .handshakeFailureAlert:
                // All that TLS 1.2 has to say it with. In TLS 1.3 there is an alert of its own.
                self = isAnonymous ? .clientCertificateRequired : .other(reason: failure.text)
            case .badCertificateAlert, .unsupportedCertificateAlert, .revokedCertificateAlert,
                .expiredCertificateAlert, .unknownCertificateAlert, .unknownAuthorityAlert:
                self = isAnonymous ? .clientCertificateRequired : .clientCertificateRejected(reason: failure.text)
            }
            return
        }
        self = .other(reason: failure.text)
    }

    /// Reasons of OpenSSL's TLS part (`SSL_R_...`); an alert that the peer sent is 1000 and its number.
    private enum Reason: Int {
        case certificateVerifyFailed = 134
        case noProtocolsAvailable = 191
        case unsupportedProtocol = 258
        case wrongVersionNumber = 267
        case handshakeFailureAlert = 1040
        case badCertificateAlert = 1042
        case unsupportedCertificateAlert = 1043
        case revokedCertificateAlert = 1044
        case expiredCertificateAlert = 1045
        case unknownCertificateAlert = 1046
        case unknownAuthorityAlert = 1048
        case versionAlert = 1070
        case certificateRequiredAlert = 1116
    }

    /// What is wrong with a server's certificate.
    private init(verifyResult: Int, _ openSSL: OpenSSL, expected: String) {
        let reason = openSSL.X509_verify_cert_error_string(verifyResult).map { String(cString: $0) } ?? ""
        self =
            switch VerifyResult(rawValue: verifyResult) {
            case .noIssuer, .selfSigned, .selfSignedInChain, .noLocalIssuer, .unverifiedLeaf:
                .unknownAuthority(reason: reason)
            case .notYetValid: .certificateNotYetValid
            case .expired: .certificateExpired
            case .hostnameMismatch, .addressMismatch: .hostnameMismatch(expected: expected)
            case nil: .certificateRejected(reason: reason)
            }
    }

    /// OpenSSL's `X509_V_ERR_...`.
    private enum VerifyResult: Int {
        case noIssuer = 2
        case notYetValid = 9
        case expired = 10
        case selfSigned = 18
        case selfSignedInChain = 19
        case noLocalIssuer = 20
        case unverifiedLeaf = 21
        case hostnameMismatch = 62
        case addressMismatch = 64
    }
}
