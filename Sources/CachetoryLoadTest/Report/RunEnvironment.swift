/// What a run took place on: figures mean little without it.
struct RunEnvironment: Codable, Equatable, Sendable {
    /// The server's name and version; nil where there is none, or it does not tell.
    var server: String?
    /// How this program was built.
    var program: String
    /// Processors and memory.
    var machine: String
    /// The operating system.
    var system: String

    /// What is known, by name.
    var rows: [(name: String, value: String)] {
        let servers = server.map { [(name: "server", value: $0)] } ?? []
        return servers + [("program", program), ("machine", machine), ("system", system)]
    }

    /// The same for people, a line each.
    var text: String {
        rows.map { "\($0.name.padded(to: 14))\($0.value)" }.joined(separator: "\n")
    }
}
