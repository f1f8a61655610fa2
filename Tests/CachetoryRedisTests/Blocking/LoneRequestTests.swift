import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct LoneRequestTests {
    private static let start = Timestamp(nanoseconds: 1_000_000)

    private func received(_ replies: [RESPReply], by request: inout LoneRequest) throws -> [RESPReply?] {
        try replies.map { try request.receive($0) }
    }

    @Test func `one command has one reply`() throws {
        var request = LoneRequest()
        for number in Int64(0)..<3 {
            request.begin(replyCount: 1, at: Self.start)
            let replies = try received([.integer(number)], by: &request)
            #expect(replies == [.integer(number)])
        }
    }

    @Test func `several commands have an array of their replies, each time`() throws {
        var request = LoneRequest()
        for _ in 0..<2 {
            request.begin(replyCount: 3, at: Self.start)
            let replies = try received([.integer(1), .array([.integer(2)]), .null], by: &request)
            #expect(replies == [nil, nil, .array([.integer(1), .array([.integer(2)]), .null])])
        }
    }

    @Test func `a push answers nothing`() throws {
        var request = LoneRequest()
        let before = try received([.push([.integer(0)])], by: &request)
        request.begin(replyCount: 2, at: Self.start)
        let replies = try received(
            [.push([.integer(1)]), .integer(2), .push([.integer(3)]), .integer(4)], by: &request)
        #expect(before == [nil])
        #expect(replies == [nil, nil, nil, .array([.integer(2), .integer(4)])])
    }

    @Test func `a reply to nothing is out of step`() throws {
        var request = LoneRequest()
        #expect(throws: UnsolicitedReply.self) { try request.receive(.integer(1)) }
        request.begin(replyCount: 1, at: Self.start)
        let reply = try request.receive(.integer(2))
        #expect(reply == .integer(2))
        #expect(throws: UnsolicitedReply.self) { try request.receive(.integer(3)) }
    }

    @Test func `the first of several replies is known while others are missing`() throws {
        var request = LoneRequest()
        request.begin(replyCount: 2, at: Self.start)
        #expect(request.firstReply == nil)
        let error = RESPReply.error(RESPServerError(code: "ERR", message: "max number of clients reached"))
        _ = try request.receive(error)
        #expect(request.firstReply == error)
        _ = try request.receive(.integer(1))
        #expect(request.firstReply == nil)
    }

    @Test func `a peer is nearby once it has ever answered soon`() throws {
        var request = LoneRequest()
        let times = [SpinPolicy.nearby + 1, SpinPolicy.nearby, SpinPolicy.nearby * 1000]
        let isNearby = try times.map { time in
            request.begin(replyCount: 1, at: Self.start)
            let isNearbyBefore = request.isPeerNearby
            _ = try request.receive(.integer(1))
            request.finish(at: Self.start + time)
            return [isNearbyBefore, request.isPeerNearby]
        }
        #expect(isNearby == [[false, false], [false, true], [true, true]])
    }
}
