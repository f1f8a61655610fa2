import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct NumberTextTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func `digits stand in groups of three`(number: Int, text: String) {
        #expect(NumberText.grouped(number) == text)
    }

    @Test(
        arguments: [
            (0, "0.00 us"), (1500, "1.50 us"), (99_940, "99.9 us"), (99_999, "100 us"), (123_456, "123 us"),
            (1_000_000, "1.00 ms"), (61_000_000_000, "61.0 s"),
        ] as [(UInt64, String)]
    )
    func `a time has the unit that suits it`(nanoseconds: UInt64, text: String) {
        #expect(NumberText.time(nanoseconds) == text)
    }
}
