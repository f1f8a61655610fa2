import Foundation

/// Something that reads what strangers wrote, and must end in a value or an error of its own whatever that is.
enum FuzzTarget: String, CaseIterable {
    case parser, cluster, url, msgpack, json, plist, zlib, zstd

    /// The environment's variable that names the target.
    static let variable = "CACHETORY_FUZZ_TARGET"

    static let chosen = ProcessInfo.processInfo.environment[variable].flatMap(FuzzTarget.init)

    /// Traps on a finding.
    func run(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .parser: ParserFuzz.run(bytes)
        case .cluster: ClusterFuzz.run(bytes)
        case .url: URLFuzz.run(bytes)
        case .msgpack: SerializerFuzz.messagePack.run(bytes)
        case .json: SerializerFuzz.json.run(bytes)
        case .plist: SerializerFuzz.propertyList.run(bytes)
        case .zlib: CompressorFuzz.zlib.run(bytes)
        case .zstd: CompressorFuzz.zstd.run(bytes)
        }
    }
}
