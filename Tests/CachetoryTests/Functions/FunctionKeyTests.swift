import Foundation
import Testing

@testable import Cachetory

@Suite struct FunctionKeyTests {
    private enum Color: String, KeyArgument { case red }

    @Test func `a readable key is the name and the arguments`() throws {
        let key = FunctionKey<Int, String, Bool?, [Double]>.readable("page")
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
        let key = FunctionKey<String, String>.readable("f")
        let keys = try texts.flatMap { first in try texts.map { try key.text(first, $0) } }
        #expect(Set(keys).count == texts.count * texts.count)
        #expect(try FunctionKey<Int>.readable("f").text(1) != FunctionKey<String>.readable("f").text("1"))
        #expect(String?.none.keyText != String?.some("nil").keyText)
        #expect(Int??.some(nil).keyText != Int??.none.keyText)
    }

    @Test func `names that differ have keys that differ`() throws {
        let names = ["f", "f(", "f(1", "f\\(", "f\\", "f()", ""]
        let keys = try names.map { try FunctionKey<Int>.readable($0).text(1) }
        #expect(Set(keys).count == names.count)
    }

    @Test func `a key above the limit is hashed by itself`() throws {
        let key = FunctionKey<String>.readable("f", hashedAbove: 20)
        let atLimit = String(repeating: "a", count: 15)
        #expect(try key.text(atLimit) == "f(\"\(atLimit)\")")
        #expect(try key.text(atLimit + "a") == BLAKE2s.hexadecimal("f(\"\(atLimit)a\")"))
    }

    @Test func `a hashed key is as long for all arguments`() throws {
        let key = FunctionKey<String, Int>.hashed("f")
        #expect(try key.text("", 1) == BLAKE2s.hexadecimal("f(\"\",1)"))
        #expect(try key.text(String(repeating: "a", count: 10_000), 1).count == 64)
    }
}
