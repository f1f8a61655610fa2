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

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The answers to some requests, in their order. Starts Python once for all of them.
    static func answers(to requests: [Request]) async throws -> [Answer] {
        // Waiting for a process blocks, so it gets a thread of its own.
        try await JoinableThread { try runScript(requests) }.value()
    }

    private static func runScript(_ requests: [Request]) throws -> [Answer] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let package = folder.appending(path: "../../../..").standardizedFileURL
        let python = package.appending(path: ".build-python/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Failure(description: "There is no \(python.path): run Tests/python.sh once to install it.")
        }

        // A file rather than a pipe: Python may end before it has read everything.
        let input = FileManager.default.temporaryDirectory.appending(path: "cachetory-\(UUID().uuidString).json")
        try JSONEncoder().encode(requests).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }

        let process = Process()
        let output = Pipe()
        process.executableURL = python
        process.arguments = [folder.appending(path: "python_values.py").path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "python_values.py ended with \(process.terminationStatus): see its output.")
        }
        return try JSONDecoder().decode([Answer].self, from: answer)
    }
}
