#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The files that a context is made of, as they are at one moment.
struct TLSFiles: Equatable {
    /// Whom to trust.
    private(set) var authorities: [FileVersion] = []

    /// Who the client is.
    private(set) var identity: [FileVersion] = []

    /// No files.
    init() {}

    /// Those that a configuration names.
    init(_ configuration: RedisTLSConfiguration, _ openSSL: OpenSSL) {
        if configuration.verification != .none {
            if let file = configuration.authorityFile { authorities.append(FileVersion(file)) }
            if let folder = configuration.authorityFolder { authorities += FileVersion.all(in: folder) }
            if configuration.trustsSystem { authorities += Self.systemAuthorities(openSSL) }
        }
        identity = [configuration.certificateFile, configuration.keyFile].compactMap { $0.map(FileVersion.init) }
    }

    /// Where OpenSSL looks for the system's: `SSL_CTX_set_default_verify_paths`.
    private static func systemAuthorities(_ openSSL: OpenSSL) -> [FileVersion] {
        let file = path(openSSL.X509_get_default_cert_file_env(), openSSL.X509_get_default_cert_file())
        let folders = path(openSSL.X509_get_default_cert_dir_env(), openSSL.X509_get_default_cert_dir())
        return [FileVersion(file)] + folders.split(separator: ":").flatMap { FileVersion.all(in: String($0)) }
    }

    private static func path(_ variable: UnsafePointer<CChar>?, _ usual: UnsafePointer<CChar>?) -> String {
        (variable.flatMap { getenv($0) }.map { UnsafePointer($0) } ?? usual).map { String(cString: $0) } ?? ""
    }
}

/// What changes when a file is written, replaced or removed.
struct FileVersion: Equatable {
    private let path: String
    private let number: UInt64
    private let size: Int64

    /// `timespec`s, whose members are not visible where another module of the toolchain happens to define them first. None
    /// if there is no such file.
    private let times: [UInt8]

    /// C: `stat`
    init(_ path: String) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else {
            (number, size, times) = (0, 0, [])
            return
        }
        #if canImport(Darwin)
            let (written, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (written, changed) = (status.st_mtim, status.st_ctim)
        #endif
        times = withUnsafeBytes(of: written, Array.init) + withUnsafeBytes(of: changed, Array.init)
        number = UInt64(status.st_ino)
        size = Int64(status.st_size)
    }

    /// Those of a folder and of all files in it: one that is written anew in its place does not change the folder.
    ///
    /// C: `readdir`
    static func all(in folder: String) -> [FileVersion] {
        var names: [String] = []
        if let stream = opendir(folder) {
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                // Its name is an array of a fixed size, a tuple in Swift.
                let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
                let name = UnsafeRawPointer(entry) + offset
                names.append(String(cString: name.assumingMemoryBound(to: CChar.self)))
            }
        }
        return [FileVersion(folder)]
            + names.filter { $0 != "." && $0 != ".." }.sorted().map { FileVersion("\(folder)/\($0)") }
    }
}
