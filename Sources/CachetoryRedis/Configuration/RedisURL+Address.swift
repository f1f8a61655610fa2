import CachetorySmallFoundation

extension RedisURL {
    /// Where the server listens. A URL without a host means `localhost`, one without a port the default one.
    ///
    /// - Parameters:
    ///   - host: the host of the options, for a URL that has none in front of its path.
    ///   - port: likewise the port.
    func address(
        besides host: String? = nil, _ port: Int? = nil
    ) throws(RedisURLError) -> RedisClientConfiguration.Address {
        switch scheme.transport {
        case .unixSocket:
            guard host == nil, port == nil else {
                throw .invalidValue(option: host == nil ? "port" : "host", allowed: "none beside the path of a socket")
            }
            return .unixSocket(path: try socketPath())
        case .tcp, .tls:
            guard !hosts.contains(UInt8(ascii: ",")) else {
                throw .invalidPart(
                    .host, allowed: "one host; only a cluster has several, \(Self.clusterExample)" + hintAtPassword)
            }
            let own = try Self.hostAndPort(in: hosts)
            return .tcp(
                host: own.host ?? host ?? "localhost", port: own.port ?? port ?? RedisClientConfiguration.defaultPort)
        }
    }

    /// The nodes of a cluster that are asked first, in the URL's order. Each needs a host; its port is the default one
    /// unless given.
    func nodes() throws(RedisURLError) -> [RedisClientConfiguration.Address] {
        var nodes: [RedisClientConfiguration.Address] = []
        for text in hosts.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let (host, port) = try Self.hostAndPort(in: text)
            guard let host else {
                throw .invalidPart(.host, allowed: "a host for each node, \(Self.clusterExample)" + hintAtPassword)
            }
            nodes.append(.tcp(host: host, port: port ?? RedisClientConfiguration.defaultPort))
        }
        return nodes
    }

    private static let clusterExample = "as in redis+cluster://a:7000,b:7000"

    private func socketPath() throws(RedisURLError) -> String {
        let constraint = Constraint.socketPath
        // A relative path would have its first folder here, where redis-py drops it.
        guard hosts.isEmpty, let path = String(percentEncoded: path), constraint.isMet(path) else {
            throw .invalidPart(.socketPath, allowed: "\(constraint.allowed), as in unix:///run/redis.sock")
        }
        return path
    }

    private static func hostAndPort(
        in text: Substring.UTF8View
    ) throws(RedisURLError) -> (host: String?, port: Int?) {
        let isBracketed = text.first == UInt8(ascii: "[")
        let host = isBracketed ? try bracketedHost(in: text) : text.prefix { $0 != UInt8(ascii: ":") }
        let port = text[host.endIndex...].dropFirst(isBracketed ? 1 : 0)
        return (try name(of: host, isBracketed: isBracketed), try number(of: port))
    }

    private static func bracketedHost(in text: Substring.UTF8View) throws(RedisURLError) -> Substring.UTF8View {
        let host = text.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        guard host.endIndex < text.endIndex else {
            throw .invalidPart(.host, allowed: "a ']' behind the IPv6 address")
        }
        return host
    }

    private static func name(of host: Substring.UTF8View, isBracketed: Bool) throws(RedisURLError) -> String? {
        if host.isEmpty, !isBracketed { return nil }
        let constraint = Constraint.host
        guard let decoded = String(percentEncoded: host), constraint.isMet(decoded) else {
            throw .invalidPart(.host, allowed: constraint.allowed)
        }
        // A zone, as in `fe80::1%eth0`, names an interface, and those do have upper and lower case.
        let address = decoded.prefix { $0 != "%" }
        let zone = decoded[address.endIndex...]
        guard !isBracketed || (isIPv6(String(address)) && zone != "%") else {
            throw .invalidPart(.host, allowed: "an IPv6 address between the brackets")
        }
        return address.lowercased() + zone
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }

    /// - Parameter text: what follows the host: nothing, or a colon and perhaps digits.
    private static func number(of text: Substring.UTF8View) throws(RedisURLError) -> Int? {
        let colon = UInt8(ascii: ":")
        if text.isEmpty || text.elementsEqual([colon]) { return nil }
        let port = OptionValue.integer(.port)
        guard text.first == colon, let number = port.parse(String(Substring(text.dropFirst()))) else {
            throw .invalidPart(.port, allowed: "\(port.allowed); \(RedisURLError.escapes)")
        }
        return number
    }
}
