/// How large the replies to commands have been, by the commands' names: what the next ones are expected to be.
///
/// Only a command that has had a large reply is remembered, for a minute after its last one. Of a command with many keys the
/// size counts for each argument, so what was learnt from 100 keys holds for 10.
///
/// A pure value: it is told of replies, and knows no connection.
package struct ReplySizes: Sendable {
    /// From so many bytes on a reply is large: those who wait behind it wait longer than a call should take, 5 ms at 100
    /// Mbit/s.
    package static let largeSize = 64 * 1024

    /// Applications have few commands with large replies, and each request looks through all of these.
    package static let mostCommands = 8

    /// In nanoseconds.
    package static let memory: Int64 = 60_000_000_000

    /// More does not count: where the values of a command differ as much as that, the next one is large only if most are.
    private static let mostPerArgument = Double(2 * largeSize)

    private struct Known {
        let name: String
        /// Smoothed, in bytes. It rises slowly and falls fast: to take a small reply for a large one costs a connection.
        var perArgument = 0.0
        var lastLarge: Timestamp

        mutating func add(_ sample: Double) {
            perArgument += (sample - perArgument) / (sample > perArgument ? 4 : 2)
        }
    }

    private var known: [Known] = []

    package init() {}

    package var isEmpty: Bool { known.isEmpty }

    /// How many bytes the next reply to a command will have; zero where nothing is known of it.
    package func expectedSize(of name: String, arguments: Int) -> Int {
        guard let command = known.first(where: { $0.name == name }) else { return 0 }
        return Int(command.perArgument * Double(max(1, arguments)))
    }

    /// Whether the command has had a large reply of late, so that the small ones count as well.
    package func isKnown(_ name: String) -> Bool { known.contains { $0.name == name } }

    /// A reply to a command has come, or so much of it at least.
    package mutating func note(_ size: Int, of name: String, arguments: Int, at now: Timestamp) {
        guard size >= Self.largeSize || isKnown(name) else { return }
        let index = known.firstIndex { $0.name == name } ?? addCommand(name, at: now)
        known[index].add(min(Double(size) / Double(max(1, arguments)), Self.mostPerArgument))
        if size >= Self.largeSize { known[index].lastLarge = now }
    }

    /// In the place of the one whose last large reply is the longest ago, if there is no other.
    private mutating func addCommand(_ name: String, at now: Timestamp) -> Int {
        if known.count == Self.mostCommands,
            let oldest = known.indices.min(by: { known[$0].lastLarge < known[$1].lastLarge })
        {
            known.remove(at: oldest)
        }
        known.append(Known(name: name, lastLarge: now))
        return known.count - 1
    }

    /// Drops the commands that have had no large reply for too long.
    package mutating func forget(at now: Timestamp) {
        known.removeAll { now - $0.lastLarge >= Self.memory }
    }
}
