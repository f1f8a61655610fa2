/// A library of the system that is needed is not there, or not as it should be.
package enum SystemLibraryError: Error, Equatable {
    /// None of the library's files could be loaded.
    case notFound(library: String, install: String, reason: String)

    /// The library was loaded and lacks a function.
    case missingFunction(String, library: String)
}

extension SystemLibraryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let library, let install, let reason):
            "\(library) could not be loaded: \(reason); install \(install)"
        case .missingFunction(let function, let library):
            "\(library) has no function \(function): install a newer version of it"
        }
    }
}
