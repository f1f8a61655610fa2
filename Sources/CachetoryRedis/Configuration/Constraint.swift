/// What a value may be, in code and in words, for configurations made in Swift and from a URL alike.
struct Constraint<Value>: Sendable {
    /// What is allowed, as it reads behind "expected".
    let allowed: String

    let isMet: @Sendable (Value) -> Bool

    /// - Throws: an error that names the property and what is allowed there, but not the value: it may be a secret that
    ///   went astray.
    func check(_ value: Value, of property: String) throws(RedisClientConfigurationError) {
        guard isMet(value) else { throw .invalid(property: property, allowed: allowed) }
    }
}

extension Constraint<Int> {
    static func within(_ range: ClosedRange<Int>) -> Self {
        Self(allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
    }

    /// A size or a number of things.
    static var size: Self { within(1...1 << 30) }

    static var port: Self { within(1...65_535) }

    /// The server reads the number into a C `int`.
    static var database: Self { within(0...Int(Int32.max)) }

    static var maxConnections: Self { within(1...mostDescriptors) }
    static var minConnections: Self { within(0...mostDescriptors) }

    /// Linux gives a process at most this many file descriptors unless told otherwise (`fs.nr_open`).
    private static var mostDescriptors: Int { 1_048_576 }

    /// From what a line may have, so that a handshake never passes it, to more than a machine has.
    static var maxBytes: Self {
        let range = (64 << 10)...(1 << 40)
        let notation = "in a URL also as 64kb, 512mb or 1gb"
        return Self(allowed: "a number of bytes from \(range.lowerBound) to \(range.upperBound), \(notation)") {
            range.contains($0)
        }
    }

    /// Each command in flight holds memory until its reply; this many hold some hundred megabytes.
    static var maxInFlight: Self { within(1...1_048_576) }

    /// Linux counts the probes of a connection in seven bits.
    static var keepAliveCount: Self { within(1...127) }
}

extension Constraint<Duration> {
    /// Far beyond any useful time limit, and far below what overflows a timer that counts nanoseconds.
    private static var longest: Duration { .seconds(365 * 24 * 3600) }

    private static var units: String { "in seconds (0.5) or with a unit (500ms, 5s, 2m, 1h)" }

    private static var notation: String {
        "\(units), up to 8760h"
    }

    static var duration: Self {
        Self(allowed: "a duration of zero or more, \(notation)") { $0 >= .zero && $0 <= longest }
    }

    /// Linux counts seconds there, in 15 bits.
    static var keepAlive: Self {
        Self(allowed: "a duration above zero, \(units), up to 32767s") {
            $0 > .zero && $0 <= .seconds(32_767)
        }
    }

    static var positiveDuration: Self {
        Self(allowed: "a duration above zero, \(notation)") { $0 > .zero && $0 <= longest }
    }
}

extension Constraint<String> {
    /// A text that may be handed to C as it is.
    static var text: Self {
        Self(allowed: "a text that is not empty, without NUL") { !$0.isEmpty && !$0.utf8.contains(0) }
    }

    /// The longest name that DNS allows, 253 bytes; nothing that separates the parts of a URL, which would be a typo.
    static var host: Self {
        Self(allowed: "a host name of up to 253 bytes, or an IP address (IPv6 in brackets in a URL)") { host in
            (1...253).contains(host.utf8.count)
                && host.utf8.allSatisfy {
                    $0 > UInt8(ascii: " ") && $0 != 0x7F && !",/?#@[]\\\"<>^`{|}".utf8.contains($0)
                }
        }
    }

    /// What a server's certificate can be for.
    static var serverName: Self {
        Self(
            allowed: "a whole host name such as cache.example.com, without a dot in front or a star, or an IP address "
                + "in its usual notation without a dot behind it, for the certificate to name"
        ) { name in
            text.isMet(name) && ServerName(name).isUsable
        }
    }

    /// The path goes into `sockaddr_un.sun_path` with a NUL behind it: 108 bytes on Linux, 104 on macOS.
    static var socketPath: Self {
        #if os(Linux)
            let longest = 107
        #else
            let longest = 103
        #endif
        return Self(allowed: "an absolute path of up to \(longest) bytes, without NUL") { path in
            path.utf8.first == UInt8(ascii: "/") && path.utf8.count <= longest && !path.utf8.contains(0)
        }
    }

    /// What `CLIENT SETNAME` takes.
    static var clientName: Self {
        Self(allowed: "a name of printable ASCII characters without spaces") { name in
            !name.isEmpty && name.utf8.allSatisfy { (UInt8(ascii: "!")...UInt8(ascii: "~")).contains($0) }
        }
    }
}
