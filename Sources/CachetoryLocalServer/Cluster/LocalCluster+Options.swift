extension LocalCluster {
    /// How many nodes there are, and what they are started with.
    package struct Options: Sendable {
        /// At least three of them are needed to replace one that has failed.
        package var primaries = 3
        package var replicasPerPrimary = 1

        /// `cluster-node-timeout`: how long a node may be silent until the others take it to have failed.
        package var nodeTimeout: Duration = .seconds(1)

        /// The address of all nodes: `127.0.0.1` or `::1`.
        package var host = "127.0.0.1"

        /// More options for every server's command line. They come last, so they count.
        package var arguments: [String] = []

        /// How nodes log in at each other, for replication and migrations, and this cluster at them. The servers' password or
        /// user is set by ``arguments``.
        package var login: (username: String?, password: String)?

        /// With it, nodes talk to each other and to their clients over TLS. Their plain ports stay open.
        package var tls: TLS?

        /// How many databases a cluster has: more than one only since Valkey 9.
        package var databases = 1

        /// Where to look for the server; nil is the variable `PATH`, unless `CACHETORY_REDIS_SERVER` names its program.
        package var searchPath: String?

        package init() {}

        /// Options of a cluster that differ from the usual ones.
        package init(_ change: (inout Options) -> Void) {
            change(&self)
        }
    }

    /// The files that a node shows who it is with, as a server and as a client of the others.
    package struct TLS: Sendable {
        package var certificate: String
        package var key: String
        package var authority: String

        package init(certificate: String, key: String, authority: String) {
            (self.certificate, self.key, self.authority) = (certificate, key, authority)
        }
    }
}

extension LocalCluster.Options {
    /// The command line of a node, but for its port.
    ///
    /// - Parameters:
    ///   - tlsPort: of a cluster with TLS.
    ///   - file: where the node keeps what it knows of the cluster; nil for a file in its folder.
    func arguments(tlsPort: Int?, file: String?) -> [String] {
        var all = [
            "--bind", host, "--cluster-enabled", "yes",
            "--cluster-node-timeout", "\(Int(nodeTimeout / .milliseconds(1)))",
            // Servers wait for seconds for more replicas to ask for the same data otherwise.
            "--repl-diskless-sync-delay", "0",
        ]
        if let file { all += ["--cluster-config-file", file] }
        if databases > 1 { all += ["--cluster-databases", "\(databases)"] }
        if let login {
            all += ["--masterauth", login.password] + (login.username.map { ["--masteruser", $0] } ?? [])
        }
        if let tls, let tlsPort {
            all += [
                "--tls-port", "\(tlsPort)", "--tls-cert-file", tls.certificate, "--tls-key-file", tls.key,
                "--tls-ca-cert-file", tls.authority, "--tls-auth-clients", "no", "--tls-cluster", "yes",
                "--tls-replication", "yes",
            ]
        }
        return all + arguments
    }
}
