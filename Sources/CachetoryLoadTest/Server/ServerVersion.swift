import CachetoryRESP
import CachetoryRedis

/// Which server is loaded.
enum ServerVersion {
    /// A server that is halted must not hold up the report.
    private static let patience = Duration.seconds(1)

    /// Of more seeds of a cluster, nobody waits for an answer.
    private static let askedSeeds = 3

    /// The server's name and version; nil if it does not tell, as where `INFO` is not allowed. Of a cluster, those of the
    /// first seed that answers.
    static func ask(_ configuration: RedisTopologyConfiguration) -> String? {
        switch configuration {
        case .server(let configuration):
            return ask(configuration)
        case .cluster(let configuration):
            let seeds = configuration.seeds.prefix(askedSeeds).lazy.map(configuration.configuration(ofSeed:))
            return seeds.compactMap(ask).first
        }
    }

    private static func ask(_ configuration: RedisClientConfiguration) -> String? {
        let talk = ServerTalk(configuration, timeout: patience)
        guard let reply = try? talk.execute(["INFO", "server"]) else { return nil }
        return name(in: ServerTalk.text(reply))
    }

    /// The name and version in a reply to `INFO server`. Valkey also reports a Redis version, for compatibility.
    static func name(in info: String) -> String? {
        let fields = info.split(whereSeparator: \.isNewline).map { $0.split(separator: ":", maxSplits: 1) }
        func value(_ name: String) -> Substring? { fields.first { $0.count == 2 && $0[0] == name }?[1] }
        if let version = value("valkey_version") { return "Valkey \(version)" }
        return value("redis_version").map { "Redis \($0)" }
    }
}
