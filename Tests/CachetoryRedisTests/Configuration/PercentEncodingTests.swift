import Testing

@testable import CachetoryRedis

@Suite struct PercentEncodingTests {
    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("%41%7a", "Az"), ("%2F%2f", "//"), ("%2541", "%41"), ("%25%34%31", "%41"),
        ("%", "%"), ("%4", "%4"), ("%%41", "%A"), ("%4g", "%4g"), ("%+1", "%+1"), ("% 1", "% 1"), ("%-1", "%-1"),
        ("%C3%A4", "ä"), ("ä%C3%A4", "ää"), ("a+b", "a+b"),
    ])
    func `text is decoded once and a lone percent sign stays`(encoded: String, decoded: String) {
        #expect(String(percentEncoded: encoded[...].utf8) == decoded)
    }

    @Test func `a zero byte is one`() {
        #expect(String(percentEncoded: "%00"[...].utf8) == "\0")
    }

    @Test(arguments: ["%FF", "%C3", "a%C3b", "%ED%A0%80"])
    func `bytes that are no UTF-8 are no text`(encoded: String) {
        #expect(String(percentEncoded: encoded[...].utf8) == nil)
    }

    @Test func `a plus is a space where it is said to be, unless it is encoded`() {
        #expect(String(percentEncoded: "a+b%2Bc%20d"[...].utf8, plusIsSpace: true) == "a b+c d")
    }
}
