import CachetoryTestSupport
import Foundation

/// The real cachetory for Python, asked to read and to write values.
enum PythonCachetory {
    /// A serializer's URL, with a value to write or stored bytes to read.
    struct Request: Encodable, Sendable {
        var url: String
        var value: PythonSample?
        var stored: Data?
    }

    struct Answer: Decodable, Sendable {
        var value: PythonSample?
        var stored: Data?
    }

    /// The answers to some requests, in their order. Starts Python once for all of them.
    static func answers(to requests: [Request]) async throws -> [Answer] {
        try await PythonScript(named: "python_values.py", beside: #filePath).answer(to: requests)
    }
}
