package import CachetoryRESP

/// Why a node's answers are no topology.
package enum ClusterTopologyError: Error, Sendable, Hashable {
    /// The server is no node of a cluster.
    case clusterDisabled

    /// The server refused to say, as to a user without the permission, or while it loads its data.
    case refused(RESPServerError)

    /// It said something that no server says: what, in a few words that may be shown.
    case malformed(String)
}

extension ClusterTopologyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .clusterDisabled:
            "the server is no node of a Redis Cluster: it runs with cluster-enabled no"
        case .refused(let error):
            "the server does not tell the cluster's topology: \(error); allow the user CLUSTER SLOTS and CLUSTER INFO"
        case .malformed(let reason):
            "the server's answer about the cluster's topology makes no sense: \(reason); check what is between you and "
                + "the server"
        }
    }
}
