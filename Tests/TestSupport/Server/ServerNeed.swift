package import Testing

/// Makes a known issue of what a chosen server lacks, which the run tells and counts: the test is neither a failure nor
/// skipped in silence.
package struct ServerNeed: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    fileprivate let lack: ServerLacks

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard ServerLacks.isPossible else { return try await function() }
        try await withKnownIssue("\(lack)", isIntermittent: true) {
            try await function()
        } matching: { issue in
            issue.error is ServerLacks
        }
    }
}

extension Trait where Self == ServerNeed {
    /// Of tests some of which start a server with TLS.
    package static var mayNeedTLS: Self { ServerNeed(lack: .tls) }

    /// Of tests that load a library of functions into the server.
    package static var needsFunctions: Self { ServerNeed(lack: .functions) }

    /// Of tests whose nodes leave out where they are.
    package static var needsEndpointTypes: Self { ServerNeed(lack: .endpointTypes) }
}
