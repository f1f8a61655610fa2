import CachetoryRESP
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct RESPParserTests {
    @Test(arguments: Fixture.all)
    func `replies are understood when they come whole`(_ fixture: Fixture) {
        #expect(Outcome(of: [fixture.bytes]) == Outcome(replies: fixture.replies))
    }

    @Test(arguments: Fixture.all)
    func `replies are understood when they come byte by byte`(_ fixture: Fixture) {
        #expect(Outcome(of: fixture.bytes, inPiecesOf: 1) == Outcome(replies: fixture.replies))
    }

    @Test(arguments: Fixture.all)
    func `replies are understood when they are cut anywhere`(_ fixture: Fixture) {
        for cut in fixture.bytes.indices {
            let pieces = [fixture.bytes[..<cut], fixture.bytes[cut...]]
            #expect(Outcome(of: pieces) == Outcome(replies: fixture.replies), "cut at \(cut)")
        }
    }
}
