import CachetoryLocking
import CachetorySmallFoundation

/// The context for new connections: made when the first one is opened, and anew once its files have changed.
///
/// Certificates are renewed, and authorities removed, while programs run, so each connection looks at the times of the
/// files. Sessions belong to a context, so none that one authority stood for is resumed where only others are trusted.
package final class TLSContextSource: Sendable {
    private struct State {
        var context: TLSContext?
        var files = TLSFiles()
    }

    private let configuration: RedisTLSConfiguration
    private let state = Lock(State())

    package init(_ configuration: RedisTLSConfiguration) {
        self.configuration = configuration
    }

    /// The context of the files as they are.
    ///
    /// Where the client's own certificate and key cannot be used, which may be so halfway through a renewal, it is that of
    /// those as they were. But never where whom to trust has changed: what is no longer there is no longer trusted.
    package func current() throws(RedisTLSError) -> TLSContext {
        // Before the context, which reads them: what changes in between is noticed by the next connection.
        let files = TLSFiles(configuration, try OpenSSL.loaded.get())
        return try state.withLock { state throws(RedisTLSError) in
            if let context = state.context, state.files == files { return context }
            do throws(RedisTLSError) {
                let context = try TLSContext(configuration)
                (state.context, state.files) = (context, files)
                return context
            } catch {
                guard let context = state.context, state.files.authorities == files.authorities else { throw error }
                return context
            }
        }
    }
}
