import Foundation
import Testing

@testable import Cachetory

/// An error says what is wrong and what to do about it.
@Suite struct SerializationErrorTests {
    @Test func `a missing library names the packages to install`() {
        let zlib = #expect(throws: CacheSerializationError.self) { try Zlib(files: ["libno-such-zlib.so"]) }
        #expect(zlib?.description.hasPrefix("zlib could not be loaded: ") == true)
        #expect(zlib?.description.contains("install the package zlib1g (Debian, Ubuntu)") == true)
        let zstd = #expect(throws: CacheSerializationError.self) { try Zstd(files: ["libno-such-zstd.so"]) }
        #expect(zstd?.description.contains("install the package libzstd1 (Debian, Ubuntu)") == true)
    }

    @Test func `an error of Codable is told in one sentence, with the place`() {
        let context = DecodingError.Context(
            codingPath: [MessagePackKey.index(3), MessagePackKey.super, MessagePackKey.index(0)],
            debugDescription: "Something is wrong."
        )
        let error = CacheSerializationError.decodingFailed(
            format: "JSON", underlying: DecodingError.dataCorrupted(context))
        #expect(
            error.description == """
                the stored JSON is not what the type expects: Something is wrong, at [3].super[0]; \
                if another version of the program wrote it, delete the key or use a prefix with the version in it
                """
        )
        let top = EncodingError.Context(codingPath: [], debugDescription: "It has no form")
        #expect(
            CacheSerializationError.encodingFailed(format: "JSON", underlying: EncodingError.invalidValue(1, top))
                .description
                == "the value cannot be written as JSON: It has no form"
        )
    }

    @Test func `an error of the user's own is told as it tells itself`() {
        struct Refusal: Error, CustomStringConvertible {
            var description: String { "not on Sundays." }
        }
        let error = CacheSerializationError.encodingFailed(format: "MessagePack", underlying: Refusal())
        #expect(error.description == "the value cannot be written as MessagePack: not on Sundays")
    }

    @Test func `a limit says what to do about it`() {
        #expect(
            CacheSerializationError.tooLarge(format: "zlib", limit: 10).description
                == "the value is larger than the limit of zlib, 10 bytes; store less or raise the limit"
        )
    }
}
