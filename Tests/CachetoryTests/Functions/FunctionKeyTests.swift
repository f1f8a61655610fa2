import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

@Suite struct FunctionKeyTests {
    private enum Color: String, CacheKeyArgument { case red }

    @Test func `a readable key is the name and the arguments`() throws {
        let key = CachedFunctionKey<Int, String, Bool?, [Double]>.readable("page")
        #expect(try key.text(7, "a\"b\\", nil, [1, 0.5]) == #"page(7,"a\"b\\",nil,[1.0,0.5])"#)
        #expect(try key.text(7, "", true, []) == #"page(7,"",some(true),[])"#)
    }

    @Test func `other arguments of all kinds are readable too`() {
        #expect(Color.red.keyText == #""red""#)
        #expect(Set(["b", "a"]).keyText == #"{"a","b"}"#)
        #expect(["b": 1, "a": 2].keyText == #"{"a":2,"b":1}"#)
        #expect(Data([1, 2, 3]).keyText == "data(AQID)")
        #expect(Date(timeIntervalSinceReferenceDate: 0.25).keyText == "date(0.25)")
        #expect(UInt8.max.keyText == "255")
        #expect(Character("é").keyText == #""é""#)
        #expect("abc".dropFirst().keyText == #""bc""#)
        #expect(Float(0.1).keyText == "0.1")
        #expect(UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)).keyText.count == 36)
        #expect(URL(string: "https://example.com/a").keyText == #"some("https://example.com/a")"#)
    }

    @Test func `arguments that differ have keys that differ`() throws {
        let texts = ["", "a", "a:", ":b", "b", "\"", "\\", "\",\"", "1", "(", ")", "nil", ",", "a\",\"b"]
        let key = CachedFunctionKey<String, String>.readable("f")
        let keys = try texts.flatMap { first in try texts.map { try key.text(first, $0) } }
        #expect(Set(keys).count == texts.count * texts.count)
        #expect(try CachedFunctionKey<Int>.readable("f").text(1) != CachedFunctionKey<String>.readable("f").text("1"))
        #expect(String?.none.keyText != String?.some("nil").keyText)
        #expect(Int??.some(nil).keyText != Int??.none.keyText)
    }

    @Test func `names that differ have keys that differ`() throws {
        let names = ["f", "f(", "f(1", "f\\(", "f\\", "f()", ""]
        let keys = try names.map { try CachedFunctionKey<Int>.readable($0).text(1) }
        #expect(Set(keys).count == names.count)
    }

    @Test func `a combining mark hides no parenthesis`() throws {
        let names = ["f(\u{301}", "f\\(\u{301}", "f\\\u{301}(", "f(\u{301}\"a\")"]
        let keys = try names.map { try CachedFunctionKey<String>.readable($0).text("\u{301}") }
        #expect(keys[0] == "f\\(\u{301}(\"\u{301}\")")
        #expect(Set(keys.map(CacheKey.init)).count == names.count)
    }

    /// What one call is made of, apart from the key that it gets.
    private struct Call: Hashable {
        let name: [UInt8]
        let arguments: [[UInt8]]?
        let text: [UInt8]?
    }

    @Test(arguments: 1...5) func `keys tell all calls apart`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let scalars = Array("ab(),\\\"[]{}:n\r\n\u{301}\u{200d}\u{20dd}\u{e9}\u{1f1e9}".unicodeScalars)
        func text() -> String {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                text.append(scalars[Int.random(in: 0..<scalars.count, using: &random)])
            }
            return String(text)
        }
        var calls: [CacheKey: Call] = [:]
        for _ in 0..<20_000 {
            let (name, first) = (text(), text())
            let isNil = Bool.random(using: &random)
            let list = isNil ? nil : (0..<Int.random(in: 0...2, using: &random)).map { _ in text() }
            let key = try CachedFunctionKey<String, [String]?>.readable(name).text(first, list)
            let call = Call(
                name: Array(name.utf8), arguments: list.map { $0.map { Array($0.utf8) } }, text: Array(first.utf8))
            #expect(calls.updateValue(call, forKey: CacheKey(key)) ?? call == call)
        }
        #expect(calls.count > 10_000)
    }

    @Test func `a key above the limit is hashed by itself`() throws {
        let key = CachedFunctionKey<String>.readable("f", hashedAbove: 20)
        let atLimit = String(repeating: "a", count: 15)
        #expect(try key.text(atLimit) == "f(\"\(atLimit)\")")
        #expect(try key.text(atLimit + "a") == BLAKE2s.hexadecimal("f(\"\(atLimit)a\")"))
    }

    @Test func `a hashed key is as long for all arguments`() throws {
        let key = CachedFunctionKey<String, Int>.hashed("f")
        #expect(try key.text("", 1) == BLAKE2s.hexadecimal("f(\"\",1)"))
        #expect(try key.text(String(repeating: "a", count: 10_000), 1).count == 64)
    }
}
