import Foundation

/// The built `load-test`, started as a user starts it.
struct Program {
    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process = Process()
    private let output: PipeReader
    private let errors: PipeReader

    var id: pid_t { process.processIdentifier }

    /// Starts the program, which the package manager puts next to the tests.
    ///
    /// - Parameters:
    ///   - searchPath: the variable `PATH` that it is given; nil leaves it as it is.
    ///   - descriptorLimit: how many descriptors it may have at once; nil for as many as the tests may.
    init(_ arguments: [String], searchPath: String? = nil, descriptorLimit: Int? = nil) throws {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0])
        let program = tests.deletingLastPathComponent().appendingPathComponent("load-test")
        if let descriptorLimit {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let script = #"ulimit -n \#(descriptorLimit); exec "$0" "$@""#
            process.arguments = ["-c", script, program.path] + arguments
        } else {
            process.executableURL = program
            process.arguments = arguments
        }
        // The rest of the environment stays: a sanitizer has its options there.
        if let searchPath {
            process.environment = ProcessInfo.processInfo.environment.merging(["PATH": searchPath]) { $1 }
            // It would count before the search path.
            process.environment?["CACHETORY_REDIS_SERVER"] = nil
        }
        process.standardInput = FileHandle.nullDevice
        let (outputPipe, errorPipe) = (Pipe(), Pipe())
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        try process.run()
        output = PipeReader(outputPipe)
        errors = PipeReader(errorPipe)
    }

    /// What the program has written to its standard output until now.
    var outputSoFar: String { output.soFar }

    /// Blocks until the program ends.
    func finish() -> Result {
        let (text, complaints) = (output.all(), errors.all())
        process.waitUntilExit()
        return Result(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: text, errors: complaints)
    }

    /// Blocks until the program has written a line to its standard error, and returns the first one.
    func firstComplaint() -> String? {
        _ = Processes.wait { errors.soFar.contains("\n") }
        return errors.soFar.split(separator: "\n").first.map(String.init)
    }

    func signal(_ number: Int32) {
        kill(id, number)
    }

    /// Starts the program and blocks until it ends.
    static func run(_ arguments: [String], searchPath: String? = nil) throws -> Result {
        try Program(arguments, searchPath: searchPath).finish()
    }
}
