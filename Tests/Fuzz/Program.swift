import Foundation

/// With libFuzzer linked in (see run.sh) it makes inputs without end; otherwise this runs each file that is named once,
/// so that what was found can be looked at in a debugger.
@main
enum Program {
    static func main() throws {
        if let status = LibFuzzer.run(CommandLine.arguments) { exit(status) }
        let files = CommandLine.arguments.dropFirst()
        guard let target = FuzzTarget.chosen, !files.isEmpty else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            let usage = "usage: \(FuzzTarget.variable)=TARGET CachetoryFuzz FILE…\nTARGET is one of \(names).\n"
            FileHandle.standardError.write(Data(usage.utf8))
            exit(2)
        }
        for file in files {
            print(file)
            try Data(contentsOf: URL(filePath: file)).withUnsafeBytes { target.run($0) }
        }
    }
}
