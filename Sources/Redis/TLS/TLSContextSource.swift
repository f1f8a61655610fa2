import Locking
import SmallFoundation

/// The context for new connections: made when the first one is opened, and anew once its files have changed.
///
/// Certificates are renewed while programs run, so each connection looks at the times of the files.
package final class TLSContextSource: Sendable {
    private struct State {
        var context: TLSContext?
        var versions: [FileVersion?] = []
    }

    private let configuration: TLSConfiguration
    private let state = Lock(State())

    package init(_ configuration: TLSConfiguration) {
        self.configuration = configuration
    }

    /// The context of the files as they are. Where they cannot be used, which may be so halfway through a renewal, that
    /// of the files as they were.
    package func current() throws(TLSError) -> TLSContext {
        let versions = configuration.files.map(FileVersion.init)
        return try state.withLock { state throws(TLSError) in
            if let context = state.context, state.versions == versions { return context }
            do throws(TLSError) {
                let context = try TLSContext(configuration)
                (state.context, state.versions) = (context, versions)
                return context
            } catch {
                guard let context = state.context else { throw error }
                return context
            }
        }
    }
}

extension TLSConfiguration {
    /// The files that a context is made of. OpenSSL looks into a folder of authorities by itself.
    fileprivate var files: [String] { [authorityFile, certificateFile, keyFile].compactMap(\.self) }
}

/// What changes when a file is written or replaced.
private struct FileVersion: Equatable {
    private let number: UInt64
    private let size: Int64
    /// A `timespec`, whose members are not visible where another module of the toolchain happens to define it first.
    private let modified: [UInt8]

    /// Nil if there is no such file.
    ///
    /// C: `stat`
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
            modified = withUnsafeBytes(of: status.st_mtimespec, Array.init)
        #else
            modified = withUnsafeBytes(of: status.st_mtim, Array.init)
        #endif
        number = UInt64(status.st_ino)
        size = Int64(status.st_size)
    }
}
