import Testing

@testable import CachetoryRedis

@Suite struct DurationOptionTests {
    @Test(arguments: [
        ("0", Duration.zero), ("1", .seconds(1)), ("0.1", .milliseconds(100)),
        ("1.000000001", .nanoseconds(1_000_000_001)),
        ("0.1ms", .microseconds(100)), ("1.5m", .seconds(90)), ("0.0001h", .milliseconds(360)), ("00001s", .seconds(1)),
        ("0.000000000000000001", Duration(attoseconds: 1)), ("8760h", .seconds(31_536_000)),
        ("0.999999999999999999h", Duration(attoseconds: 3_599_999_999_999_999_996_400)),
        ("8759.999999999999999999h", .seconds(31_536_000) - Duration(attoseconds: 3600)),
        ("0.999999999999999999ms", Duration(attoseconds: 999_999_999_999_999)),
        ("0.3333333333333333", Duration(attoseconds: 333_333_333_333_333_300)),
    ])
    func `a duration is read exactly`(text: String, duration: Duration) {
        #expect(OptionValue.duration(.duration).parse(text) == duration)
    }

    @Test(arguments: [
        "", " ", "1 ", " 1", "+1", "-1", ".", "ms", ".s", "1..2", "1.2.3", "1e3", "1S", "1d", "1ms1s", "0x10", "1_000",
        "nan",
        "inf", "²", "5\u{301}", "１", "8761h", "12345678901234", "9999999999999.999999999999999999h",
        "0.0000000000000000001",
    ])
    func `anything else is no duration`(text: String) {
        #expect(OptionValue.duration(.duration).parse(text) == nil)
    }

    @Test func `what is far too long is no duration`() {
        #expect(OptionValue.duration(.duration).parse(String(repeating: "9", count: 100_000)) == nil)
    }

    @Test func `none is a value of its own where it is allowed`() {
        let option = OptionValue.durationOrNone()
        #expect(option.parse("none") == .some(nil))
        #expect(option.parse("5") == .some(.seconds(5)))
        #expect(option.parse("0") == nil)
        #expect(option.parse("no") == nil)
    }
}
