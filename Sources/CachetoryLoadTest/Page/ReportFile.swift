import Foundation

/// The file that the page is written to. It is opened before the run: who waited for an hour is not to learn then that
/// there is no such folder.
final class ReportFile {
    private let path: String
    private let descriptor: Int32

    /// Whether it was not there before. It goes again if nothing comes of it.
    private let isNew: Bool
    private var isWritten = false

    /// Leaves what the file holds until ``write(_:)``.
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

    /// Writes the page in the place of what was there.
    func write(_ text: String) throws {
        isWritten = true
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        // A pipe or a terminal has nothing to cut off.
        if ftruncate(descriptor, 0) != 0 && errno != EINVAL { throw ReportFileError(path: path, code: errno) }
        do { try file.write(contentsOf: Data(text.utf8)) } catch { throw ReportFileError(path: path, code: errno) }
    }
}
