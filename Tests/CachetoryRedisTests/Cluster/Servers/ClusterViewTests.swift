import Testing

@testable import CachetoryLocalServer

struct ClusterViewTests {
    private let view = ClusterView(
        text: """
            a 127.0.0.1:7000@17000 myself,master - 0 1700000000000 7 connected 0 5-99 200-300 [7->-b] [301-<-b]
            b 127.0.0.1:7001@17001,name.example,shard-id=x slave a 0 1700000000000 7 connected
            c 127.0.0.1:7002@17002 master,fail - 1700000000000 0 3 disconnected 100-199
            d :0@0 slave,noaddr c 0 0 3 disconnected
            e ::1:7004@17004 handshake - 0 0 0 connected

            no line
            """)

    @Test func `a reply is read line by line`() throws {
        #expect(view.members.map(\.id) == ["a", "b", "c", "d", "e"])
        #expect(view.members.map(\.isPrimary) == [true, false, true, false, false])
        #expect(view.members.map(\.isSelf) == [true, false, false, false, false])
        #expect(view.members.map(\.isReachable) == [true, true, false, false, false])
        #expect(view.members.map(\.primaryID) == [nil, "a", nil, "c", nil])
        #expect(view.members.map(\.epoch) == [7, 7, 3, 3, 0])
        #expect(view.member("b")?.address == "127.0.0.1:7001")
        #expect(view.member("e")?.address == "::1:7004")
        #expect(view.member("f") == nil)
    }

    @Test func `slots have owners, whatever is moving`() {
        #expect(view.member("a")?.slots == [0...0, 5...99, 200...300])
        #expect(view.owner(of: 0)?.id == "a")
        #expect(view.owner(of: 150)?.id == "c")
        #expect(view.owner(of: 301) == nil)
    }

    @Test func `views agree that differ in what changes by itself`() {
        let other = ClusterView(
            text: """
                b 127.0.0.1:7001@17001 myself,slave a 0 1 7 connected
                a 127.0.0.1:7000@17000 master - 0 5 7 connected 0 5-99 200-300
                c 127.0.0.1:7002@17002 master - 0 1 3 connected 100-199
                d 127.0.0.1:7003@17003 slave c 0 1 3 connected
                e 127.0.0.1:7004@17004 master - 0 0 0 connected
                """)
        #expect(view.consensus == other.consensus)
    }
}
