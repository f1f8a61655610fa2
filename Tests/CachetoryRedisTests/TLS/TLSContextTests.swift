import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What a user may get wrong in a configuration.
@Suite(.timeLimit(.minutes(5))) struct TLSContextTests {
    private func error(_ configuration: RedisTLSConfiguration) -> RedisTLSError? {
        do throws(RedisTLSError) {
            _ = try TLSContext(configuration)
            return nil
        } catch {
            return error
        }
    }

    private static let missingFile = "/nowhere/file.pem"

    @Test(arguments: [
        RedisTLSConfiguration(authorityFile: missingFile), RedisTLSConfiguration(authorityFolder: missingFile),
        RedisTLSConfiguration(certificateFile: missingFile),
    ]) func `a missing file is named`(_ configuration: RedisTLSConfiguration) {
        let reason = "No such file or directory"
        #expect(error(configuration) == .fileNotReadable(path: Self.missingFile, reason: reason))
    }

    @Test func `a missing key is named`() async throws {
        let certificates = try await Certificates.made()
        let configuration = RedisTLSConfiguration(
            certificateFile: certificates.client.certificate, keyFile: "/nowhere/client.key")
        let reason = "No such file or directory"
        #expect(error(configuration) == .fileNotReadable(path: "/nowhere/client.key", reason: reason))
    }

    @Test func `a file without certificates is told`() async throws {
        let key = try await Certificates.made().client.key
        guard case .invalidAuthorities(key, _)? = error(RedisTLSConfiguration(authorityFile: key)) else {
            Issue.record("a key was taken for an authority")
            return
        }
        guard case .invalidIdentity(key, _)? = error(RedisTLSConfiguration(certificateFile: key)) else {
            Issue.record("a key was taken for a certificate")
            return
        }
    }

    @Test(
        arguments: ["", "authority", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"].map(Input.init))
    func `a text without certificates is told`(_ input: Input) {
        guard case .invalidAuthorities("authorityData (ssl_ca_data)", _)? = error(.init(authorityData: input.text))
        else {
            Issue.record("the text was taken for an authority")
            return
        }
    }

    @Test func `a key in the certificate's own file is found`() async throws {
        let certificates = try await Certificates.made()
        let files = [certificates.client.certificate, certificates.client.key]
        let both = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let file = "\(certificates.folder)/both-\(UUID().uuidString).pem"
        try both.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(error(RedisTLSConfiguration(certificateFile: file)) == nil)
    }

    @Test func `a key of another certificate is told`() async throws {
        let certificates = try await Certificates.made()
        let configuration = RedisTLSConfiguration(
            certificateFile: certificates.client.certificate, keyFile: certificates.server.key)
        let expected = RedisTLSError.invalidIdentity(file: certificates.server.key, reason: "key values mismatch")
        #expect(error(configuration) == expected)
    }

    @Test func `an encrypted key is read with its pass phrase`() async throws {
        let certificates = try await Certificates.made()
        var configuration = RedisTLSConfiguration(
            certificateFile: certificates.client.certificate, keyFile: certificates.encryptedKey,
            keyPassphrase: Certificates.passphrase)
        #expect(error(configuration) == nil)
        let wrong = [nil, "", "open", Certificates.passphrase + "!", String(repeating: "a", count: 100_000)]
        for passphrase in wrong {
            configuration.keyPassphrase = passphrase
            #expect(error(configuration) == .wrongKeyPassphrase(file: certificates.encryptedKey))
        }
    }

    @Test func `a pass phrase for a key without one does no harm`() async throws {
        let client = try await Certificates.made().client
        let configuration = RedisTLSConfiguration(
            certificateFile: client.certificate, keyFile: client.key, keyPassphrase: "needless")
        #expect(error(configuration) == nil)
    }

    @Test func `ciphers that nobody knows are told`() {
        #expect(error(RedisTLSConfiguration(ciphers: "ECDHE+AESGCM")) == nil)
        #expect(error(.init(ciphers: "none-such")) == .invalidCiphers("none-such", reason: "no cipher match"))
    }

    @Test func `a missing OpenSSL is told with the package to install`() {
        let error = #expect(throws: RedisTLSError.self) { try OpenSSL(files: ["libssl.so.none-such"]) }
        guard case .libraryMissing(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("libssl3"))
        #expect(reason.contains("libssl.so.none-such"))
    }
}
