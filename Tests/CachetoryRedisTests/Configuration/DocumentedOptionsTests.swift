import CachetoryTestSupport
import Testing

@testable import CachetoryRedis

@Suite struct DocumentedOptionsTests {
    @Test func `the article on URLs names every option, and no other`() throws {
        let names = try OptionTable(article: "Backends").names
        #expect(names.sorted() == RedisURLOption.all.map(\.name).sorted())
    }

    @Test func `an option has the default that the article says`() throws {
        let rows = try OptionTable(article: "Backends").rows.filter { $0.value != nil }
        try #require(rows.count > 10)
        for row in rows {
            let scheme = row.names[0].hasPrefix("ssl_") ? "rediss" : "redis"
            let configuration = try RedisClientConfiguration(
                url: "\(scheme)://localhost?\(row.names[0])=\(row.value ?? "")")
            let expected = try RedisClientConfiguration(url: "\(scheme)://localhost")
            var (text, expectedText) = ("", "")
            dump(configuration, to: &text)
            dump(expected, to: &expectedText)
            #expect(text == expectedText, "\(row.names[0])")
        }
    }

    @Test func `the article on TLS names its options`() throws {
        let names = try OptionTable(article: "TLS").names
        #expect(names.sorted() == RedisURLOption.all.map(\.name).filter { $0.hasPrefix("ssl_") }.sorted())
    }
}
