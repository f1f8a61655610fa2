import Foundation
import RESP
import Redis
import Testing

@Suite struct SessionStateTests {
    @Test(
        arguments: [
            ([["SET", "a", 1], ["BLPOP", "q", 0], ["EVAL", "return 1", 0]], true),
            ([["MULTI"]], false),
            ([["MULTI"], ["SET", "a", 1]], false),
            ([["MULTI"], ["EXEC"]], true),
            ([["multi"], ["discard"]], true),
            ([["WATCH", "a"]], false),
            ([["WATCH", "a"], ["UNWATCH"]], true),
            ([["WATCH", "a"], ["MULTI"], ["EXEC"]], true),
            ([["MULTI"], ["EXEC"], ["WATCH", "a"]], false),
            ([["SELECT", 1]], false),
            ([["SELECT", 1], ["MULTI"], ["EXEC"]], false),
            ([["AUTH", "secret"]], false), ([["HELLO", 2]], false), ([["RESET"]], false), ([["QUIT"]], false),
            ([["CLIENT", "REPLY", "OFF"]], false), ([["SUBSCRIBE", "c"], ["UNSUBSCRIBE", "c"]], false),
            ([["MONITOR"]], false), ([["READONLY"]], false), ([["ASKING"]], false),
            ([Command([.bytes(Data("select".utf8)), .integer(1)])], false),
        ] as [([Command], Bool)])
    func `a connection is clean when its commands have left nothing behind`(commands: [Command], isClean: Bool) {
        var session = SessionState()
        #expect(session.isClean)
        for command in commands { session.note(command) }
        #expect(session.isClean == isClean)
    }

    @Test(
        arguments: [
            ["MULTI"], ["EXEC"], ["DISCARD"], ["WATCH", "a"], ["UNWATCH"], ["select", 1], ["Client", "LIST"],
            ["BLPOP", "q", 0], ["BLMOVE", "a", "b", "LEFT", "LEFT", 0], ["BZPOPMIN", "z", 0], ["WAIT", 1, 0],
            ["XREAD", "BLOCK", 0, "STREAMS", "s", "$"], ["SUBSCRIBE", "c"], ["MONITOR"],
        ] as [Command])
    func `what changes or keeps a connection needs one to itself`(command: Command) {
        #expect(SessionState.needsExclusiveLease(command))
    }

    @Test(
        arguments: [["GET", "k"], ["EVAL", "return 1", 0], ["LPOP", "q"], ["PUBLISH", "c", "m"], ["PING"]] as [Command])
    func `everything else may be shared`(command: Command) {
        #expect(!SessionState.needsExclusiveLease(command))
    }
}
