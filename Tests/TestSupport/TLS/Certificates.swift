import Foundation

/// Certificates and keys that the tests make for themselves with the `openssl` command, once for all of them.
package struct Certificates: Sendable {
    /// Where they are; removed when the tests end.
    package let folder: String

    package static let passphrase = "open, sesame"

    /// The ones of this run.
    package static func made() async throws -> Certificates {
        try await making.value
    }

    private static let making = Task { try await onThread { try Certificates() } }

    /// The authority that signed them, and one that signed only ``stranger``.
    package var authority: String { "\(folder)/ca.crt" }
    package var otherAuthority: String { "\(folder)/other-ca.crt" }

    /// For `localhost`, `127.0.0.1` and `::1`.
    package var server: Pair { pair("server") }

    /// For `127.0.0.1`, and no name.
    package var address: Pair { pair("address") }

    /// For `elsewhere.example`.
    package var elsewhere: Pair { pair("elsewhere") }

    /// For `localhost`, until yesterday.
    package var expired: Pair { pair("expired") }

    package var client: Pair { pair("client") }

    /// A client whose authority nobody knows.
    package var stranger: Pair { pair("stranger") }

    /// The client's key, encrypted with ``passphrase``.
    package var encryptedKey: String { "\(folder)/client-encrypted.key" }

    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    private func pair(_ name: String) -> Pair {
        Pair(certificate: "\(folder)/\(name).crt", key: "\(folder)/\(name).key")
    }

    /// A folder of authorities, as OpenSSL looks for them there.
    package var authorityFolder: String { "\(folder)/authorities" }

    private init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "cachetory-tls-\(UUID().uuidString)")
        folder = url.path
        try FileManager.default.createDirectory(
            at: url.appending(path: "authorities"), withIntermediateDirectories: true)
        Self.folderToRemove = folder
        atexit { Certificates.folderToRemove.map { try? FileManager.default.removeItem(atPath: $0) } }
        try run(
            [
                Self.authority("ca"), Self.authority("other-ca"),
                Self.certificate("server", for: "DNS:localhost,IP:127.0.0.1,IP:::1"),
                Self.certificate("address", for: "IP:127.0.0.1"),
                Self.certificate("elsewhere", for: "DNS:elsewhere.example"),
                Self.certificate("expired", for: "DNS:localhost", days: -1),
                Self.certificate("client", for: "DNS:client"),
                Self.certificate("stranger", for: "DNS:client", authority: "other-ca"),
                "openssl pkcs8 -topk8 -in client.key -out client-encrypted.key -passout 'pass:\(Self.passphrase)'",
                "cp ca.crt authorities && openssl rehash authorities",
            ])
    }

    /// Written before the process can end, read as it ends.
    private nonisolated(unsafe) static var folderToRemove: String?

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

    private static func authority(_ name: String) -> String {
        "openssl req -x509 \(newKey) -keyout \(name).key -out \(name).crt -days 2 -subj '/CN=\(name) of tests'"
    }

    private static func certificate(
        _ name: String, for names: String, days: Int = 2, authority: String = "ca"
    ) -> String {
        """
        openssl req \(newKey) -keyout \(name).key -out \(name).csr -subj '/CN=\(name)'
        echo 'subjectAltName=\(names)' > \(name).ext
        openssl x509 -req -in \(name).csr -out \(name).crt -extfile \(name).ext -days \(days) \
            -CA \(authority).crt -CAkey \(authority).key -CAcreateserial
        """
    }

    /// Runs all commands in one shell, which stops at the first that fails.
    private func run(_ commands: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-exc", commands.joined(separator: "\n")]
        process.currentDirectoryURL = URL(filePath: folder)
        let log = "\(folder)/openssl.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw Failure(description: "no certificates were made; is openssl installed? \(text)")
        }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
