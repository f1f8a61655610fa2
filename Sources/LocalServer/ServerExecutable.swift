import Foundation

/// Where the server to start is found.
enum ServerExecutable {
    /// Valkey takes the same options, so it serves where Redis is not installed.
    static let names = ["redis-server", "valkey-server"]

    /// The first of the known servers in the folders of a search path such as `/usr/bin:/bin`.
    static func find(searchPath: String) throws(LocalServerError) -> String {
        let folders = searchPath.split(separator: ":")
        for name in names {
            for folder in folders {
                let path = "\(folder)/\(name)"
                if access(path, X_OK) == 0 { return path }
            }
        }
        throw .notInstalled(searchPath: searchPath)
    }
}
