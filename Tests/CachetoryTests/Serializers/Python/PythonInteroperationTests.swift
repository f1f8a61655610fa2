import Cachetory
import Foundation
import Testing

/// Values go both ways between this library and Python's cachetory.
@Suite struct PythonInteroperationTests {
    /// In both languages.
    static let urls = [
        "json://", "json+zlib://", "json+zlib://?compression-level=9", "json+zstd://", "json+zstandard://",
        "msgpack://", "msgpack+zlib://", "msgpack+zstd://?compression-level=19",
    ]

    /// Every URL with the edges of the formats, and those of one layer with large containers.
    static let samples: [(url: String, value: PythonSample)] =
        urls.map { ($0, .edges) } + [("json://", .containers), ("msgpack://", .containers)]

    @Test(.timeLimit(.minutes(5))) func `Python reads what this library writes`() async throws {
        let requests = try Self.samples.map { sample in
            let serializer = try AnyCacheSerializer<PythonSample, Data>(url: sample.url)
            return PythonCachetory.Request(url: sample.url, stored: try serializer.serialize(sample.value))
        }
        let answers = try await PythonCachetory.answers(to: requests)
        try #require(answers.count == Self.samples.count)
        for (sample, answer) in zip(Self.samples, answers) {
            #expect(answer.value == sample.value, "\(sample.url)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func `this library reads what Python writes`() async throws {
        let requests = Self.samples.map { PythonCachetory.Request(url: $0.url, value: $0.value) }
        let answers = try await PythonCachetory.answers(to: requests)
        try #require(answers.count == Self.samples.count)
        for (sample, answer) in zip(Self.samples, answers) {
            let serializer = try AnyCacheSerializer<PythonSample, Data>(url: sample.url)
            let stored = try #require(answer.stored)
            #expect(try serializer.deserialize(stored) == sample.value, "\(sample.url)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func `both write the same bytes of MessagePack`() async throws {
        var sample = PythonSample.edges
        // On the way to Python, in JSON, whole numbers become integers.
        sample.numbers = [0.1, -0.5, 1e300]
        let request = PythonCachetory.Request(url: "msgpack://", value: sample)
        let stored = try #require(try await PythonCachetory.answers(to: [request]).first?.stored)
        let ours = try MessagePackCacheSerializer<PythonSample>().serialize(sample)
        // The keys may be in another order, which decoding evens out.
        #expect(stored.count == ours.count)
        #expect(try MessagePackCacheSerializer<PythonSample>().deserialize(stored) == sample)
    }
}
