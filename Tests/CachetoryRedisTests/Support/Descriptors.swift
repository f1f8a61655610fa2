import Foundation

/// The open descriptors of this process.
enum Descriptors {
    /// Those that are connected to a TCP port of this machine. Other tests have their own, so a plain count says nothing.
    static func connected(toPort port: Int) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").compactMap(Int32.init).count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutableBytes(of: &address) { bytes in
                getpeername(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
            }
            return status == 0 && Int32(address.sin_family) == AF_INET && address.sin_port == UInt16(port).bigEndian
        }
    }
}
