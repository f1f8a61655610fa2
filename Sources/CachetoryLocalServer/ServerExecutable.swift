import Foundation

/// Where the server to start is found.
enum ServerExecutable {
    /// Valkey takes the same options, so it serves where Redis is not installed.
    static let names = ["redis-server", "valkey-server"]

    /// The environment variable that names another server than the one that is installed, by its program's path: tests
    /// are run on several.
    static let variable = "CACHETORY_REDIS_SERVER"

    /// The server that the environment names, or else the first of the known ones on the search path.
    static func find(environment: [String: String]) throws(LocalServerError) -> String {
        guard let path = environment[variable], !path.isEmpty else {
            return try find(searchPath: environment["PATH"] ?? "")
        }
        guard access(path, X_OK) == 0 else { throw .noProgram(path: path, variable: variable) }
        return path
    }

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
