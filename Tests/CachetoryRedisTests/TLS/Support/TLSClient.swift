import CachetoryRESP
import CachetoryRedis

/// A ``TLSEngine`` and the ciphertext on both its sides. A class, since `#expect` takes no value that cannot be copied.
final class TLSClient {
    private var engine: TLSEngine
    private var received = ByteBuffer()
    private var ciphertext = ByteBuffer()

    init(_ context: TLSContext, host: String = "localhost") throws {
        engine = try TLSEngine(context, host: host)
    }

    convenience init(_ configuration: RedisTLSConfiguration, host: String = "localhost") throws {
        try self.init(TLSContext(configuration), host: host)
    }

    var isReady: Bool { engine.isReady }
    var isHeldUp: Bool { engine.isHeldUp }
    var isEnded: Bool { engine.isEnded }
    var isResumed: Bool { engine.isResumed }
    var version: String { engine.version }

    /// How many bytes have come and were not looked at.
    var unreadBytes: Int { received.count }

    /// Takes ciphertext of the server in.
    func feed(_ bytes: some Sequence<UInt8>) {
        Array(bytes).withUnsafeBytes { received.append($0) }
    }

    /// Ciphertext for the server.
    func takeCiphertext() -> [UInt8] {
        defer { ciphertext.removeFirst(ciphertext.count) }
        return ciphertext.withUnsafeBytes { Array($0) }
    }

    func shakeHands() throws -> Bool {
        try engine.shakeHands(&received, into: &ciphertext)
    }

    /// Shakes hands with a server in this process. What the server sends last is left to be read.
    func shakeHands(with peer: TLSPeer) throws {
        while true {
            let isReady: Bool
            do {
                isReady = try shakeHands()
            } catch {
                peer.feed(takeCiphertext())
                throw error
            }
            peer.feed(takeCiphertext())
            let isPeerReady = peer.shakeHands()
            let answer = peer.takeCiphertext()
            feed(answer)
            if isReady, isPeerReady || answer.isEmpty || version == "TLSv1.3" { return }
            if !isReady, answer.isEmpty { throw TLSPeer.Failure() }
        }
    }

    /// What came in, decrypted.
    func read(room: Int = 64 * 1024) throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            var bytes = [UInt8](repeating: 0, count: room)
            let count = try bytes.withUnsafeMutableBytes { try engine.decrypt(&received, into: $0) }
            all += bytes.prefix(count)
            if count < room { return all }
        }
    }

    /// Encrypts. Returns false while that is held up.
    @discardableResult
    func write(_ plaintext: [UInt8]) throws -> Bool {
        try plaintext.withUnsafeBytes { try engine.encrypt($0, into: &ciphertext) }
    }

    /// Says that nothing more is sent.
    func close() {
        engine.close(into: &ciphertext)
    }
}
