import CachetorySmallFoundation

// About how many bytes the pieces of a command take, before they are written.

/// What stands around a piece: `$`, its length, and two line ends.
private let frame = 10

extension [String] {
    package var encodedSize: Int {
        var size = count * frame
        forEachBorrowed { size += $0.value.utf8.count }
        return size
    }
}

extension [(key: String, value: Data)] {
    package var encodedSize: Int {
        var size = count * 2 * frame
        forEachBorrowed { size += $0.value.key.utf8.count + $0.value.value.count }
        return size
    }
}

extension [RESPArgument] {
    package var encodedSize: Int {
        var size = count * frame
        forEachBorrowed { size += $0.value.contentSize }
        return size
    }
}

extension RESPArgument {
    @inline(__always)
    fileprivate var contentSize: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .bytes(let data): data.count
        case .integer: 1
        }
    }
}
