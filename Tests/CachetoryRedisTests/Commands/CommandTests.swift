import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct CommandTests {
    @Test func `a literal is a command that may change something`() {
        let command: Command = ["SET", "k", 1]
        #expect(command == Command([.string("SET"), .string("k"), .integer(1)], isReadOnly: false))
        #expect(Command.reading("GET", "k").isReadOnly)
    }

    @Test(
        arguments: [
            (["get", "k"], "GET"), (Command([.bytes(Data("Get".utf8))]), "GET"), (Command([.integer(1)]), nil),
            (Command([]), nil),
        ] as [(Command, String?)])
    func `the name counts in upper case`(command: Command, name: String?) {
        #expect(command.name == name)
    }
}
