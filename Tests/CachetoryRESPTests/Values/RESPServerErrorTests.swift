import CachetoryRESP
import CachetoryTestSupport
import Testing

@Suite struct RESPServerErrorTests {
    @Test(arguments: [
        (Input("two\r\nlines"), #"two\r\nlines"#),
        (Input("\u{1B}[2Jclear"), #"\u{1B}[2Jclear"#),
        (Input("\u{07}\u{00}\u{7F}\u{9B}"), #"\u{07}\0\u{7F}\u{009B}"#),
        (Input("\u{2028}\u{202E}txt"), #"\u{2028}\u{202E}txt"#),
        (Input("a tab\there"), #"a tab\there"#),
        (Input("Straße 'x' \\ 🚂"), "Straße 'x' \\ 🚂"),
    ])
    func `what a server says is shown on one line, and gives no orders`(_ input: Input, _ shown: String) {
        let message = input.text
        #expect("\(RESPServerError(code: "ERR", message: message))" == "ERR " + shown)
        #expect("\(RESPServerError(code: message, message: ""))" == shown)
        #expect(String(reflecting: RESPServerError(code: "ERR", message: message)) == "ERR " + shown)
    }

    @Test func `a long error is cut where it is shown, and kept as it is`() {
        let text = String(repeating: "x", count: 1_000_000)
        let shown = String(repeating: "x", count: 512) + "..."
        #expect("\(RESPServerError(code: "ERR", message: text))" == "ERR " + shown)
        #expect("\(RESPServerError(code: text, message: text))" == shown + " " + shown)
        #expect(RESPServerError(code: "ERR", message: text).message == text)
        let escapes = "\(RESPServerError(code: "ERR", message: String(repeating: "\u{1B}", count: 1_000_000)))"
        #expect(escapes.utf8.count < 5_000)
    }

    @Test(arguments: ["", "x"])
    func `an error without a message is its code`(_ code: String) {
        #expect("\(RESPServerError(code: code, message: ""))" == code)
    }
}
