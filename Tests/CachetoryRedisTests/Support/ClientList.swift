import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Foundation

/// What a server tells of its connections.
struct ClientList {
    private let lines: [[String: String]]

    init(of server: LocalRedisServer) async throws {
        let pool = try ConnectionPool(server.unixConfiguration)
        let text = try await pool.withConnection { try await $0.execute(["CLIENT", "LIST"]) }.text ?? ""
        await pool.close()
        lines = text.split(separator: "\n").map { line in
            Dictionary(
                line.split(separator: " ").compactMap { field in
                    field.firstIndex(of: "=").map { (String(field[..<$0]), String(field[$0...].dropFirst())) }
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The numbers of the connections with a name, or of those whose last command was this one. A number is never given
    /// twice.
    func ids(named name: String, running command: String? = nil) -> Set<String> {
        Set(lines.filter { $0["name"] == name && (command == nil || $0["cmd"] == command) }.compactMap { $0["id"] })
    }
}
