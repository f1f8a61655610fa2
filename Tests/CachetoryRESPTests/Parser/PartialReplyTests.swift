import CachetoryRESP
import Testing

@Suite(.timeLimit(.minutes(5))) struct PartialReplyTests {
    @Test(arguments: Fixture.all.filter { $0.replies.count == 1 })
    func `an end of the stream inside a reply is noticed`(_ fixture: Fixture) {
        for cut in fixture.bytes.indices.dropFirst() {
            let outcome = Outcome(of: [fixture.bytes[..<cut]])
            #expect(outcome == Outcome(hasPartialValue: true), "cut at \(cut)")
        }
    }

    @Test(arguments: Fixture.all)
    func `an end of the stream between replies is none inside one`(_ fixture: Fixture) {
        #expect(!Outcome(of: [fixture.bytes]).hasPartialValue)
    }

    @Test func `a parser that has seen nothing holds nothing`() throws {
        var parser = RESPParser()
        #expect(try parser.replies() == [])
        let hasPartialValue = parser.hasPartialValue
        #expect(!hasPartialValue)
    }

    @Test func `an idle parser gives a large buffer back`() throws {
        var parser = RESPParser()
        parser.append(repeated("+OK\r\n", 200_000))
        #expect(try parser.replies().count == 200_000)
        var size = 0
        _ = parser.receive(minimum: 1) { room in
            size = room.count
            return 0
        }
        #expect(size <= 64 << 10)
    }
}
