import CachetoryRedis
import Testing

@Suite struct TLSConfigurationTests {
    @Test func `the default insists on a certificate for the host`() {
        let tls = RedisTLSConfiguration()
        #expect(tls.verification == .required)
        #expect(tls.verifiesHostname)
        #expect(tls.minimumVersion == .tls12)
    }

    @Test(arguments: [
        (RedisTLSConfiguration.Verification.required, true, true), (.optional, true, true), (.none, true, false),
        (.required, false, false), (.none, false, false),
    ])
    func `the host is checked only in a certificate that is verified`(
        verification: RedisTLSConfiguration.Verification, checksHostname: Bool, isChecked: Bool
    ) {
        let tls = RedisTLSConfiguration(verification: verification, checksHostname: checksHostname)
        #expect(tls.verifiesHostname == isChecked)
    }

    @Test func `a pass phrase is part of what makes configurations equal`() {
        var tls = RedisTLSConfiguration(keyPassphrase: "open")
        #expect(tls.keyPassphrase == "open")
        #expect(tls != RedisTLSConfiguration())
        tls.keyPassphrase = nil
        #expect(tls == RedisTLSConfiguration())
    }
}
