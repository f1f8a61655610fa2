package import CachetoryLocalServer

extension LocalCluster {
    /// Starts a cluster whose nodes talk to each other and to their clients over TLS, and know the authority of the tests'
    /// certificates.
    package static func startWithTLS(_ options: Options = Options()) async throws -> LocalCluster {
        let certificates = try await Certificates.made()
        var options = options
        options.tls = TLS(
            certificate: certificates.server.certificate, key: certificates.server.key,
            authority: certificates.authority)
        do {
            return try await start(options)
        } catch let error as LocalServerError where ServerLacks.isPossible && error.saysThereIsNoTLS {
            throw ServerLacks.tls
        }
    }
}
