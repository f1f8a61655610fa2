import Foundation

/// Why a test cannot be run on the server that was chosen for it by `CACHETORY_REDIS_SERVER`.
package struct ServerLacks: Error, CustomStringConvertible {
    let feature: String

    package static let tls = ServerLacks(feature: "TLS")

    /// Since Redis 7.
    package static let functions = ServerLacks(feature: "functions")

    /// That a cluster's nodes are announced otherwise than by their addresses. Since Redis 7.
    package static let endpointTypes = ServerLacks(feature: "cluster-preferred-endpoint-type")

    package var description: String { "the chosen server has no \(feature) built in" }

    /// Whether somebody has chosen a server. The one that is installed has to have everything.
    package static var isPossible: Bool { ProcessInfo.processInfo.environment["CACHETORY_REDIS_SERVER"] != nil }
}
