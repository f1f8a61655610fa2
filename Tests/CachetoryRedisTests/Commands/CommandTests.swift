import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct CommandTests {
    @Test func `a literal is a command that may change something`() {
        let command: RESPCommand = ["SET", "k", 1]
        #expect(command == RESPCommand([.string("SET"), .string("k"), .integer(1)], isReadOnly: false))
        #expect(RESPCommand.reading("GET", "k").isReadOnly)
    }

    @Test(
        arguments: [
            (["get", "k"], "GET"), (RESPCommand([.bytes(Data("Get".utf8))]), "GET"), (RESPCommand([.integer(1)]), nil),
            (RESPCommand([]), nil),
        ] as [(RESPCommand, String?)])
    func `the name counts in upper case`(command: RESPCommand, name: String?) {
        #expect(command.name == name)
    }

    @Test func `a key may be named that routes it, and that makes it another command`() {
        let command: RESPCommand = ["MODULE.DO", "x", "k"]
        #expect(command.routingKey == nil)
        let routed = command.routed(by: "k")
        #expect(routed.routingKey == "k")
        #expect(routed.arguments == command.arguments)
        #expect(!routed.isReadOnly)
        #expect(RESPCommand.reading("MODULE.GET", "x").routed(by: "k").isReadOnly)
        #expect(routed == RESPCommand(command.arguments, routedBy: "k"))
        #expect(Set([command, routed, command.routed(by: "k"), command.routed(by: "l")]).count == 3)
    }

    @Test func `it is small, for lists of them are kept`() {
        #expect(MemoryLayout<RESPCommand>.stride <= 24)
    }
}
