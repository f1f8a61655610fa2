import CachetoryTestSupport
import Testing

@testable import CachetoryLoadTest

@Suite struct DocumentedOptionsTests {
    @Test func `the article on load tests names every option, and no other`() throws {
        let names = try OptionTable(article: "LoadTesting").names
        #expect(names.sorted() == Option.table.map(\.name).sorted())
    }

    @Test(arguments: Option.table.map(\.name))
    func `an option has the default in the article that it has in the help`(name: String) throws {
        let row = try #require(OptionTable(article: "LoadTesting").rows.first { $0.names == [name] })
        let help = try #require(Option.table.first { $0.name == name }).help
        if row.text.isEmpty {
            #expect(!help.contains("default: "))
        } else {
            #expect(help.contains("default: \(row.text))"))
        }
    }
}
