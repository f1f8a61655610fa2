import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

@Suite struct DocumentedSerializersTests {
    @Test func `the article on serializers names every option, and no other`() throws {
        let names = try OptionTable(article: "Serializers").names
        #expect(names.sorted() == SerializerURL.Option.allCases.map(\.rawValue).sorted())
    }
}
