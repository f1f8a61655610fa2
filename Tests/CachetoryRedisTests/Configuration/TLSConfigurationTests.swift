import CachetoryRedis
import Testing

@Suite struct TLSConfigurationTests {
    @Test func `the default insists on a certificate for the host`() {
        let tls = TLSConfiguration()
        #expect(tls.verification == .required)
        #expect(tls.verifiesHostname)
        #expect(tls.minimumVersion == .tls12)
    }

    @Test(arguments: [
        (TLSConfiguration.Verification.required, true, true), (.optional, true, true), (.none, true, false),
        (.required, false, false), (.none, false, false),
    ])
    func `the host is checked only in a certificate that is verified`(
        verification: TLSConfiguration.Verification, checksHostname: Bool, isChecked: Bool
    ) {
        let tls = TLSConfiguration(verification: verification, checksHostname: checksHostname)
        #expect(tls.verifiesHostname == isChecked)
    }

    @Test func `a pass phrase is part of what makes configurations equal`() {
        var tls = TLSConfiguration(keyPassphrase: "open")
        #expect(tls.keyPassphrase == "open")
        #expect(tls != TLSConfiguration())
        tls.keyPassphrase = nil
        #expect(tls == TLSConfiguration())
    }
}
