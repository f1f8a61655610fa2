import CachetoryRedis
import Foundation

/// One execution of the program, from options to exit status.
struct Command {
    let options: Options
    let interrupt: Interrupt
    /// The store that is loaded.
    let target: Target
    /// The nodes of a cluster's slots, as the backend knows them; nil of any other store.
    var owners: SlotOwners?
    /// The file for the report's page.
    var page: ReportFile?
    /// Asks which server it is; nil where there is none, or it does not tell.
    var serverVersion: @Sendable () -> String? = { nil }

    /// The session on a backend, and its report on standard output.
    ///
    /// - Returns: the exit status.
    func run(_ driver: some Driver, url: String, connections: Int) throws -> Int32 {
        let printsLines = options.format == .text && (options.soak || options.chaos)
        let session = Session(
            options, interrupt: interrupt, progress: Progress(isShown: StandardError.isTerminal && !printsLines),
            target: target, owners: owners, lines: RunLines { if printsLines { Self.tell($0) } })
        // Before the run: after it the server may be halted.
        let environment = RunEnvironment.now(server: serverVersion())
        let outcome = try session.measure(driver)
        var report = Report(
            outcome, session.faults.summary, options: options, url: url, connections: connections,
            peakMemory: ResourceUsage.peakMemory())
        report.environment = environment
        let text =
            switch options.format {
            case .text: report.text(outcome.latencies, options: options)
            case .json: try report.json()
            }
        try FileHandle.standardOutput.write(contentsOf: Data(((printsLines ? "\n" : "") + text).utf8))
        try page?.write(
            ReportPage(
                report: report, latencies: outcome.latencies, heading: report.heading(options),
                date: Date.now.formatted(.iso8601.dateTimeSeparator(.space))
            ).html)
        let isClean = cleanUp(session, driver, after: outcome)
        return report.isSuccess && (isClean || outcome.wasInterrupted) ? ExitStatus.success : ExitStatus.failure
    }

    @Sendable private static func tell(_ line: String) {
        // A closed output changes neither the run nor its exit status.
        try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// Removes the keys, if that can be done; says so if not.
    private func cleanUp(_ session: Session, _ driver: some Driver, after outcome: Outcome) -> Bool {
        // If some calls never ended, these might not either.
        guard outcome.unanswered == 0 else { return false }
        do {
            try session.cleanUp(driver)
            return true
        } catch {
            StandardError.writeLine("some keys of the run were left: \(error)")
            return false
        }
    }
}
