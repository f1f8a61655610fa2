import Foundation

@main
enum LoadTest {
    static func main() {
        exit(status(arguments: Array(CommandLine.arguments.dropFirst())))
    }

    private static func status(arguments: [String]) -> Int32 {
        do {
            let options = try Options(arguments: arguments)
            guard !options.wantsHelp else {
                try FileHandle.standardOutput.write(contentsOf: Data(Help.text.utf8))
                return ExitStatus.success
            }
            return try run(options)
        } catch {
            StandardError.writeLine("\(error)")
            return error is OptionError ? ExitStatus.badOptions : ExitStatus.failure
        }
    }

    private static func run(_ options: Options) throws -> Int32 {
        let interrupt = Interrupt()
        interrupt.install()
        let page = try options.report.map { path throws(OptionError) in try ReportFile(path: path) }
        let target = try Target.prepare(options)
        defer { target.stop() }
        return try BackendFactory.run(
            Command(options: options, interrupt: interrupt, target: target, page: page), url: target.url)
    }
}
