import Foundation

/// A script for the Python that `Tests/python.sh` installs. It reads one JSON value and writes another one.
package struct PythonScript: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let file: URL

    /// - Parameter neighbour: a file in the same folder, such as the caller's.
    package init(named name: String, beside neighbour: String) {
        file = URL(filePath: neighbour).deletingLastPathComponent().appending(path: name)
    }

    /// Starts Python, and waits until it has ended.
    package func answer<Question: Encodable & Sendable, Answer: Decodable & Sendable>(
        to question: Question
    ) async throws -> Answer {
        try await onThread { try run(question) }
    }

    private func run<Answer: Decodable>(_ question: some Encodable) throws -> Answer {
        let package = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let python = package.appending(path: ".build-python/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Failure(description: "There is no \(python.path): run Tests/python.sh once to install it.")
        }

        // A file rather than a pipe: Python may end before it has read everything.
        let input = FileManager.default.temporaryDirectory.appending(path: "cachetory-\(UUID().uuidString).json")
        try JSONEncoder().encode(question).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }

        let process = Process()
        let output = Pipe()
        process.executableURL = python
        process.arguments = [file.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "\(file.lastPathComponent) ended with \(process.terminationStatus): see its output.")
        }
        return try JSONDecoder().decode(Answer.self, from: answer)
    }
}
