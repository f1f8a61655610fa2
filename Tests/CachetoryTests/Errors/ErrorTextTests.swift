import CachetoryRedis
import Foundation
import Testing

/// What every error of the library has in common.
@Suite struct ErrorTextTests {
    /// What a sentence may begin with though it is not in lower case.
    private static let names = ["Redis", "TLS", "OpenSSL", "MessagePack", "OOM", "WATCH", "MONITOR"]

    @Test func `an error is one line in one style`() {
        #expect(EveryError.all.count > 70)
        for error in EveryError.all {
            let text = "\(error)"
            #expect(!text.contains { $0.isNewline }, "\(text)")
            #expect(!text.hasSuffix(".") && !text.contains(". "), "\(text)")
            let begin = text.prefix { $0 != " " }
            let isName = error is Errno || error is ChannelError || Self.names.contains(String(begin))
            #expect(isName || begin.first?.isUppercase == false, "\(text)")
        }
    }

    @Test func `Foundation tells an error in the same words`() {
        for error in EveryError.all {
            #expect(error.localizedDescription == "\(error)")
            #expect((error as NSError).localizedDescription == "\(error)")
        }
    }

    @Test func `no error type of the library is left to Foundation's words`() throws {
        let package = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
        let sources = package.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var types: Set<String> = []
        var localized: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: #/(?:enum|struct|class) (\w+): (?:[\w ,.<>]*\b)?Error\b/#) {
                types.insert(String(match.1))
            }
            for match in text.matches(of: #/extension ([\w.]+): (?:[\w, ]*\b)?LocalizedError/#) {
                localized.insert(String(match.1.split(separator: ".").last ?? ""))
            }
        }
        #expect(types.count > 15)
        #expect(types.subtracting(localized) == [])
    }
}
