import CachetoryRESP
import CachetoryRedis
import CachetorySmallFoundation

/// Finds the keys of one prefix, page by page, and deletes them.
enum KeyScan {
    /// The first cursor of a scan, and the last.
    static let start = Data("0".utf8)

    /// How many keys the server looks at for a page: enough to spare round trips, and few enough that it stays
    /// responsive, since it serves no others meanwhile.
    private static let pageSize = 1000

    /// The special characters of a Redis pattern.
    private static let special = Set("*?[]\\".utf8)

    struct Page {
        let keys: [RESPArgument]
        /// The cursor of the next page; ``KeyScan/start`` after the last one.
        let next: Data
    }

    static func request(prefix: String, from cursor: Data) -> Request {
        Request(.reading("SCAN", .bytes(cursor), "MATCH", .bytes(pattern(prefix: prefix)), "COUNT", .integer(pageSize)))
    }

    /// Keys are deleted as bytes: another program's need not be text.
    ///
    /// - Parameter oneByOne: whether each key has a command of its own. On a cluster, the keys of a page are of nearly as
    ///   many slots; and a slot that is on its way to another node takes a command of several keys only if it has them all.
    static func deletion(of keys: [RESPArgument], oneByOne: Bool) -> [RESPCommand] {
        oneByOne ? keys.map { ["UNLINK", $0] } : [RESPCommand(["UNLINK"] + keys)]
    }

    static func page(_ reply: RESPReply) throws(RedisCallError) -> Page {
        if case .error(let error) = reply { throw .server(error) }
        guard case .array(let parts) = reply, parts.count == 2, case .bulkString(let next) = parts[0],
            case .array(let found) = parts[1]
        else { throw .unexpectedReply(command: "SCAN", reply: reply.summary) }
        var keys: [RESPArgument] = []
        keys.reserveCapacity(found.count)
        for key in found {
            guard case .bulkString(let key) = key else {
                throw .unexpectedReply(command: "SCAN", reply: key.summary)
            }
            keys.append(.bytes(key))
        }
        return Page(keys: keys, next: next)
    }

    /// A pattern that matches keys with a prefix, whatever it contains.
    static func pattern(prefix: String) -> Data {
        var pattern = Data()
        for byte in prefix.utf8 {
            if special.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
            pattern.append(byte)
        }
        pattern.append(UInt8(ascii: "*"))
        return pattern
    }
}
