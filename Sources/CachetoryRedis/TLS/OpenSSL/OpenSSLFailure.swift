import CachetorySmallFoundation

/// What a thread's queue of errors held after a call that failed, the first cause first.
struct OpenSSLFailure {
    /// The number of OpenSSL's TLS part among its libraries.
    private static let tlsLibrary: UInt = 20

    /// Why the TLS part failed, as numbers that the headers name `SSL_R_...`.
    private(set) var tlsReasons: [Int] = []

    /// The causes in OpenSSL's words.
    private(set) var text = ""

    /// Empties the calling thread's queue.
    init(takenFrom openSSL: OpenSSL) {
        let isVersion1 = openSSL.OpenSSL_version_num() < 0x3000_0000
        var texts: [String] = []
        while case let code = openSSL.ERR_get_error(), code != 0 {
            texts.append(openSSL.text(ofError: code))
            // ERR_GET_LIB and ERR_GET_REASON.
            let library = isVersion1 ? code >> 24 & 0xFF : code >> 23 & 0xFF
            if library == Self.tlsLibrary { tlsReasons.append(Int(code & (isVersion1 ? 0xFFF : 0x7F_FFFF))) }
        }
        text = texts.isEmpty ? "OpenSSL gave no reason" : texts.joined(separator: ", ")
    }
}

extension OpenSSL {
    /// What ERR_error_string_n is given; a longer text is cut.
    private static let longestErrorText = 256

    fileprivate func text(ofError code: UInt) -> String {
        if let reason = ERR_reason_error_string(code) { return String(cString: reason) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.longestErrorText) { room in
            guard let start = room.baseAddress else { return "" }
            ERR_error_string_n(code, start, room.count)
            return String(cString: start)
        }
    }
}
