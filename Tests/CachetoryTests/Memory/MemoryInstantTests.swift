import Testing

@testable import Cachetory

@Suite struct MemoryInstantTests {
    let start = MemoryInstant(nanoseconds: 5)

    @Test func `a time to live ends after its milliseconds`() {
        #expect(start.advanced(by: .milliseconds(2)) == MemoryInstant(nanoseconds: 2_000_005))
        #expect(start.advanced(by: .forever) == .never)
        #expect(start.advanced(by: .over) == nil)
    }

    @Test(arguments: [Int64.max / 1_000_000, TimeToLive.longestInMilliseconds, Int64.max])
    func `centuries are as good as never`(_ milliseconds: Int64) {
        let late = MemoryInstant(nanoseconds: 1_000_000)
        #expect(late.advanced(by: .milliseconds(milliseconds)) == .never)
    }

    @Test(
        arguments: [
            (Duration.seconds(-1), 0), (.zero, 0), (.milliseconds(1), 1_000_000),
            (.nanoseconds(Int64.max - 1), .max - 1),
            (.nanoseconds(Int64.max), .max - 1), (.seconds(Int64.max) * 10, .max - 1), (.seconds(Int64.min) * 10, 0),
        ] as [(Duration, Int64)])
    func `no clock shows more than can be counted`(_ duration: Duration, _ nanoseconds: Int64) {
        #expect(MemoryInstant(after: duration) == MemoryInstant(nanoseconds: nanoseconds))
    }

    @Test func `what is left rounds up`() {
        #expect(start.timeToLive(until: MemoryInstant(nanoseconds: 6)) == .milliseconds(1))
        #expect(start.timeToLive(until: MemoryInstant(nanoseconds: 1_000_005)) == .milliseconds(1))
        #expect(start.timeToLive(until: MemoryInstant(nanoseconds: 1_000_006)) == .milliseconds(2))
        #expect(start.timeToLive(until: start) == .over)
        #expect(start.timeToLive(until: .never) == .forever)
    }
}
