import Foundation

/// Replies as a server would send them, for the parser here and for other clients' parsers.
struct ReplyStream {
    let name: String

    /// How many replies ``bytes`` holds.
    let replies: Int

    let bytes: [UInt8]

    /// At least this much, so that a stream does not lie in the processor's nearest cache as a whole.
    private static let leastBytes = 128 << 10

    /// The same reply until there are enough bytes.
    init(_ name: String, repeating reply: String) {
        self.name = name
        let reply = Array(reply.utf8)
        replies = (Self.leastBytes + reply.count - 1) / reply.count
        bytes = Array(repeatElement(reply, count: replies).joined())
    }

    /// The file is named after the stream.
    func write(to folder: URL) throws {
        try Data(bytes).write(to: folder.appending(path: name + ".resp"))
    }
}

extension ReplyStream {
    static let all = [
        ReplyStream("ok", repeating: "+OK\r\n"),
        ReplyStream("integers", repeating: ":1234567\r\n"),
        ReplyStream("nulls", repeating: "$-1\r\n"),
        ReplyStream("bulk-10-bytes", repeating: bulk(10)),
        ReplyStream("bulk-100-bytes", repeating: bulk(100)),
        ReplyStream("bulk-1-KB", repeating: bulk(1 << 10)),
        ReplyStream("bulk-16-KB", repeating: bulk(16 << 10)),
        ReplyStream("bulk-1-MB", repeating: bulk(1 << 20)),
        ReplyStream("array-of-100-integers", repeating: array(of: 100, ":1234567\r\n")),
        ReplyStream("array-of-100-of-10-bytes", repeating: array(of: 100, bulk(10))),
        ReplyStream("array-of-30-of-100-bytes", repeating: array(of: 30, bulk(100))),
        ReplyStream("array-of-100-of-100-bytes", repeating: array(of: 100, bulk(100))),
        ReplyStream("array-of-3-of-10-bytes", repeating: array(of: 3, bulk(10))),
        ReplyStream("nested-arrays", repeating: array(of: 10, array(of: 3, bulk(10)))),
    ]

    private static func bulk(_ size: Int) -> String {
        "$\(size)\r\n" + String(repeating: "x", count: size) + "\r\n"
    }

    private static func array(of count: Int, _ element: String) -> String {
        "*\(count)\r\n" + String(repeating: element, count: count)
    }
}
