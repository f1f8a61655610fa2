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
}
