/// How connections are encrypted, whom they trust, and how they identify themselves.
///
/// The default trusts what the system trusts and insists on a certificate for the host that was asked for.
///
/// ```swift
/// let tls = RedisTLSConfiguration(authorityFile: "/etc/ssl/redis-ca.crt")
/// let configuration = RedisClientConfiguration(address: .tcp(host: "cache.example.com", port: 6380), tls: tls)
/// ```
public struct RedisTLSConfiguration: Sendable, Hashable {
    /// What is asked of the server's certificate.
    ///
    /// ```swift
    /// var tls = RedisTLSConfiguration()
    /// tls.verification = .none  // for a test with a certificate of its own making
    /// ```
    public enum Verification: String, Sendable, Hashable, CaseIterable {
        /// Nothing: any server is believed. Encrypts, but doesn't protect from an impostor.
        case none

        /// The same as ``required``, since a TLS server always shows a certificate. redis-py has both.
        case optional

        /// That a trusted authority signed it.
        case required
    }

    /// A version of the TLS protocol.
    ///
    /// ```swift
    /// var tls = RedisTLSConfiguration()
    /// tls.minimumVersion = .tls13
    /// ```
    public enum Version: Sendable, Hashable, CaseIterable {
        /// TLS 1.2 of 2008.
        case tls12

        /// TLS 1.3 of 2018.
        case tls13
    }

    /// What is asked of the server's certificate. ``Verification/required`` unless given.
    public var verification: Verification

    /// Whether the certificate has to name the server. True unless given; without verification nothing is checked.
    public var checksHostname: Bool

    /// The name that the server is asked for and that its certificate has to carry. The host connected to unless given.
    ///
    /// A whole name, or an IP address: one that begins with a dot, has a star in it, or is an address in another notation
    /// (`127.1`, `127.0.0.1.`) is refused, and so is such a host where it is to be verified.
    public var serverName: String?

    /// A file of trusted authorities' certificates in PEM format. The system's authorities are trusted only if neither
    /// this nor one of the next two is given.
    public var authorityFile: String?

    /// A folder of trusted authorities' certificates, named by hash as `openssl rehash` does. Each new connection looks
    /// whether its files have changed.
    public var authorityFolder: String?

    /// Trusted authorities' certificates themselves, in PEM format.
    public var authorityData: String?

    /// The file of the client's own certificate, in PEM format, with those that vouch for it behind it.
    public var certificateFile: String?

    /// The file of the certificate's private key, in PEM format. The certificate's own file unless given.
    public var keyFile: String?

    /// The pass phrase of an encrypted private key.
    public var keyPassphrase: String? {
        get { secretKeyPassphrase?.value }
        set { secretKeyPassphrase = newValue.map(Secret.init) }
    }

    private var secretKeyPassphrase: Secret?

    /// The ciphers allowed up to TLS 1.2, in OpenSSL's notation. OpenSSL's default unless given.
    public var ciphers: String?

    /// The oldest version of TLS that is spoken. ``Version/tls12`` unless given.
    public var minimumVersion: Version

    /// TLS with the given settings, and the defaults for the rest.
    public init(
        verification: Verification = .required,
        checksHostname: Bool = true,
        serverName: String? = nil,
        authorityFile: String? = nil,
        authorityFolder: String? = nil,
        authorityData: String? = nil,
        certificateFile: String? = nil,
        keyFile: String? = nil,
        keyPassphrase: String? = nil,
        ciphers: String? = nil,
        minimumVersion: Version = .tls12
    ) {
        self.verification = verification
        self.checksHostname = checksHostname
        self.serverName = serverName
        self.authorityFile = authorityFile
        self.authorityFolder = authorityFolder
        self.authorityData = authorityData
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.secretKeyPassphrase = keyPassphrase.map(Secret.init)
        self.ciphers = ciphers
        self.minimumVersion = minimumVersion
    }
}

extension RedisTLSConfiguration {
    /// Whether the server's name is checked in the end: there has to be a verified certificate to read it from.
    package var verifiesHostname: Bool { checksHostname && verification != .none }
}
