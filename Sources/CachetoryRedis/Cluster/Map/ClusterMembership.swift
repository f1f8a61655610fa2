/// What the pool of a cluster's node shares with those of the others, and with the node.
package struct ClusterMembership: Sendable {
    let tls: TLSContextSource?
    let connectLimit: ConnectLimit
    let health: NodeHealth

    package init(tls: TLSContextSource?, connectLimit: ConnectLimit, health: NodeHealth) {
        self.tls = tls
        self.connectLimit = connectLimit
        self.health = health
    }
}

extension Result {
    var error: Failure? { if case .failure(let error) = self { error } else { nil } }
}
