import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import Testing

/// Whose errors prove that nothing was done.
@Suite(.timeLimit(.minutes(2))) struct ServersOwnCommandTests {
    @Test(
        arguments: [
            (["GET", "k"], true), (["set", "k", 1], true), (["EVAL", "", 0], false), (["FCALL_RO", "f", 0], false),
            (["JSON.GET", "k"], false), (["NOBODYKNOWS"], false), (RESPCommand([.integer(1)]), false),
            (RESPCommand([]), false),
        ] as [(RESPCommand, Bool)])
    func `scripts and modules are not the server's own`(command: RESPCommand, isServersOwn: Bool) {
        #expect(command.isServersOwn == isServersOwn)
    }

    /// Newer servers know more of them, and older ones fewer.
    @Test func `a real server agrees`() async throws {
        let pool = try ConnectionPool(try await SharedServer.value.configuration)
        var known = 0
        for name in RESPCommand.serversOwn.sorted() {
            let info = try await pool.execute(["COMMAND", "INFO", .string(name)]).array?.first?.array
            guard let info else { continue }
            known += 1
            let categories = info[6].array?.compactMap(\.string) ?? []
            #expect(!categories.contains("@scripting"), "\(name)")
            #expect(!categories.contains("@blocking"), "\(name)")
        }
        #expect(known > 150)
    }
}
