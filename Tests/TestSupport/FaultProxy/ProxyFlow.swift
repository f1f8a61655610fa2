import Foundation

/// One direction of a connection through the proxy. It owns none of its two sockets, which do not block.
struct ProxyFlow {
    let source: Int32
    let target: Int32
    private var faults: StreamFaults

    /// What was read and not passed on yet, with the moment before which it is not.
    private var waiting: [(due: ContinuousClock.Instant, bytes: ArraySlice<UInt8>)] = []

    /// What came last, and whether what comes now is lost: junk took its place.
    private var lastByte: UInt8?
    private var isLost = false

    /// How many bytes were passed on since the faults were set.
    private(set) var passed = 0

    /// Before this, the limit of speed allows no more.
    private var nextWrite = ContinuousClock.now

    /// Whether the target has room, as far as anybody knows.
    private var isBlocked = false
    private var sourceHasEnded = false

    /// A script may keep many small pieces waiting, but no more than this many.
    private static let mostWaiting = 64

    enum State: Equatable {
        case open, ended
        case cut(StreamFaults.Cut)
    }

    init(from source: Int32, to target: Int32, _ faults: StreamFaults) {
        (self.source, self.target, self.faults) = (source, target, faults)
    }

    /// Goes on with other faults, and counts from here.
    mutating func set(_ faults: StreamFaults) {
        self.faults = faults
        passed = 0
        nextWrite = .now
        isLost = false
    }

    /// Whether it is up to chance what happens.
    var isRandom: Bool { faults.random != nil }

    var wantsToRead: Bool { !sourceHasEnded && waiting.count < Self.mostWaiting }

    /// Whether it waits for room in the target.
    var wantsRoom: Bool { isBlocked && !waiting.isEmpty }

    /// When it has something to do without being told by a socket; nil if it waits for one.
    var due: ContinuousClock.Instant? {
        isBlocked ? nil : waiting.first.map { max($0.due, nextWrite) }
    }

    mutating func read() {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = recv(source, &bytes, bytes.count, 0)
        if count > 0 {
            bytes.removeLast(bytes.count - count)
            if isLost { return }
            faults.corruption?.apply(to: &bytes)
            if faults.random != nil {
                meetFate(of: bytes)
            } else {
                waiting.append((.now + faults.delay, bytes[...]))
            }
            lastByte = bytes.last
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            sourceHasEnded = true
        }
    }

    private mutating func meetFate(of bytes: [UInt8]) {
        let now = ContinuousClock.now
        guard let fate = faults.random?.fate(of: bytes, after: lastByte, at: now) else { return }
        var due = now
        for (delay, piece) in fate.pieces where !piece.isEmpty {
            if fate.merges, let last = waiting.indices.last {
                waiting[last].bytes += piece
            } else {
                // Nothing overtakes what came before it.
                due = max(due + delay, waiting.last?.due ?? due)
                waiting.append((due, piece))
            }
        }
        guard let cut = fate.cut else { return }
        faults.cut = (cut, passed + waiting.reduce(0) { $0 + $1.bytes.count })
        isLost = true
    }

    mutating func roomCame() { isBlocked = false }

    /// Passes on one piece, if it is time for that, and says whether the stream goes on.
    mutating func write() -> State {
        if let cut = faults.end(after: passed, hasMore: !waiting.isEmpty) { return .cut(cut) }
        guard let due else { return sourceHasEnded && waiting.isEmpty ? .ended : .open }
        guard due <= .now else { return .open }
        let piece = waiting[0].bytes.prefix(faults.room(after: passed))
        let count = piece.withUnsafeBytes { send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else {
            isBlocked = true
            return errno == EAGAIN || errno == EINTR ? .open : .ended
        }
        passed += count
        waiting[0].bytes.removeFirst(count)
        if waiting[0].bytes.isEmpty { waiting.removeFirst() }
        if let speed = faults.bytesPerSecond { nextWrite = .now + .seconds(1) * count / speed }
        return faults.end(after: passed, hasMore: !waiting.isEmpty).map { .cut($0) } ?? .open
    }
}
