import Testing

@testable import Cachetory

@Suite struct KeyStampsTests {
    @Test func `a key is stamped since a mark and not before`() {
        var stamps = KeyStamps()
        let key = CacheKey("key")
        #expect(!stamps.isStamped(key, since: 0))
        stamps.stamp([key, CacheKey("other")])
        #expect(stamps.isStamped(key, since: 0))
        #expect(!stamps.isStamped(key, since: stamps.mark))
        let mark = stamps.mark
        stamps.stamp([key])
        #expect(stamps.isStamped(key, since: mark))
    }

    @Test func `stamps of other keys leave most keys alone`() {
        var stamps = KeyStamps()
        stamps.stamp((0..<100).map { CacheKey("\($0)") })
        #expect((100..<1100).count { stamps.isStamped(CacheKey("\($0)"), since: 0) } < 100)
    }
}
