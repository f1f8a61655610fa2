import Foundation

/// The real redis-py, asked what it makes of URLs.
enum RedisPy {
    /// What redis-py makes a connection with: its class, and the arguments that the URL gives.
    struct Connection: Decodable, Sendable {
        let connectionClass: String
        let arguments: [String: Argument]
    }

    /// A Python value, reduced to what can be compared.
    enum Argument: Decodable, Sendable, Hashable {
        case none
        case boolean(Bool)
        case number(Double)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .none
            } else if let value = try? container.decode(Bool.self) {
                self = .boolean(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let letters = try? container.decode([String].self) {
                // It makes a list of letters of a word for `retry_on_error`.
                self = .text(letters.joined())
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The connections of some URLs. Starts Python once for all of them.
    static func connections(of urls: [String]) async throws -> [String: Connection] {
        try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process blocks, so it gets a thread of its own.
            Thread.detachNewThread {
                continuation.resume(with: Result { try runScript(urls) })
            }
        }
    }

    private static func runScript(_ urls: [String]) throws -> [String: Connection] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let package = folder.appending(path: "../../..").standardizedFileURL
        let python = package.appending(path: ".build-python/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Failure(description: "There is no \(python.path): run Tests/python.sh once to install it.")
        }

        // A file rather than a pipe: Python may end before it has read everything.
        let input = FileManager.default.temporaryDirectory.appending(path: "redis-urls-\(UUID().uuidString).json")
        try JSONEncoder().encode(urls).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }

        let process = Process()
        let output = Pipe()
        process.executableURL = python
        process.arguments = [folder.appending(path: "redis_py_urls.py").path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "redis_py_urls.py ended with \(process.terminationStatus): see its output.")
        }
        return try JSONDecoder().decode([String: Connection].self, from: answer)
    }
}
