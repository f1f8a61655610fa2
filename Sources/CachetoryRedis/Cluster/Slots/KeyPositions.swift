package import CachetoryRESP

/// Which arguments of a command are keys, and so which slot it belongs to.
///
/// From a table of the servers' own commands. The first argument is taken for the key of every other: where that is wrong,
/// the node that gets the command answers `MOVED` with the right slot. A server could be asked (`COMMAND GETKEYS`), but that
/// is a round trip, and wrong for some commands as well.
package enum KeyPositions {
    /// Where a command may be sent.
    package enum Route: Sendable, Hashable {
        /// To any primary.
        case keyless
        /// To the owner of the slot.
        case slot(HashSlot)
        /// Nowhere: its keys are in several slots. The owner of the first one answers `CROSSSLOT`.
        case severalSlots(first: HashSlot)

        /// Takes in the slot of one more key.
        mutating func add(_ slot: HashSlot) {
            switch self {
            case .keyless: self = .slot(slot)
            case .slot(let first): if first != slot { self = .severalSlots(first: first) }
            case .severalSlots: break
            }
        }

        /// Takes in another command.
        mutating func add(_ other: Route) {
            switch (self, other) {
            case (_, .keyless), (.severalSlots, _): break
            case (.keyless, _): self = other
            case (.slot, .slot(let slot)): add(slot)
            case (.slot(let first), .severalSlots): self = .severalSlots(first: first)
            }
        }
    }

    /// Where one command may be sent.
    package static func route(of command: RESPCommand) -> Route {
        if let key = command.routingKey { return .slot(HashSlot(of: key)) }
        var route = Route.keyless
        forEachKey(of: command) { route.add($0.hashSlot) }
        return route
    }

    /// Where commands may be sent that are to be executed by one node, as those of a transaction.
    package static func route(ofAll commands: some Sequence<RESPCommand>) -> Route {
        commands.reduce(into: .keyless) { $0.add(route(of: $1)) }
    }

    /// The keys of a command, in order, as far as they are there: a server refuses a command that lacks some.
    package static func keys(of command: RESPCommand) -> [RESPArgument] {
        var keys: [RESPArgument] = []
        forEachKey(of: command) { keys.append($0) }
        return keys
    }

    /// Whether it is known where the keys of a command stand, rather than assumed.
    package static func isKnown(_ command: RESPCommand) -> Bool {
        guard command.routingKey == nil, let name = command.name else { return true }
        return KeyRule.all[name] != nil || RESPCommand.serversOwn.contains(name)
    }

    private static func forEachKey(of command: RESPCommand, _ body: (RESPArgument) -> Void) {
        guard let name = command.name else { return }
        let arguments = command.arguments
        guard let rule = KeyRule.all[name] else {
            if arguments.count > 1 { body(arguments[1]) }
            return
        }
        rule.forEachPosition(in: arguments) { body(arguments[$0]) }
    }
}
