import Foundation

/// The file that the page is written to. It is opened before the run, so that a missing folder shows at once and not
/// after an hour.
final class ReportFile {
    private let path: String
    private let descriptor: Int32

    /// Whether the file is new. If so, it is removed unless written.
    private let isNew: Bool
    private var isWritten = false

    /// Keeps the file's content until ``write(_:)``.
    init(path: String) throws(OptionError) {
        self.path = path
        isNew = access(path, F_OK) != 0
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw .refused(option: "--report", reason: "\"\(path)\" cannot be written: \(reason)")
        }
    }

    deinit {
        close(descriptor)
        if isNew && !isWritten { unlink(path) }
    }

    /// Replaces the file's content with the page.
    func write(_ text: String) throws {
        isWritten = true
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        // A pipe or a terminal cannot be truncated.
        if ftruncate(descriptor, 0) != 0 && errno != EINVAL { throw ReportFileError(path: path, code: errno) }
        do { try file.write(contentsOf: Data(text.utf8)) } catch { throw ReportFileError(path: path, code: errno) }
    }
}
