import Foundation

/// A connection to one of the nodes. It does not block.
///
/// Little is kept for it while nothing is under way: there may be thousands, in the process whose memory is measured.
final class FakeConnection {
    let descriptor: Int32
    let node: Int
    private var session: FakeSession

    /// What came and is no whole request yet.
    private var input: [UInt8] = []

    /// What is to be sent, and how much of it was.
    private var output: [UInt8] = []
    private var sent = 0

    /// What is to be sent later.
    private var delayed: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []

    /// No more is read before the client has taken what it asked for.
    private static let mostOutput = 16 << 20

    enum State {
        case open, ended, reset
    }

    init(owning descriptor: Int32, node: Int, number: Int) {
        (self.descriptor, self.node) = (descriptor, node)
        session = FakeSession(node: node, connection: number)
    }

    deinit {
        close(descriptor)
    }

    /// What to wait for, unless the node is silent.
    var events: Int16 {
        Int16((output.count < Self.mostOutput ? POLLIN : 0) | (output.isEmpty ? 0 : POLLOUT))
    }

    /// When something is to be sent that waits for its time.
    var due: ContinuousClock.Instant? { delayed.first?.due }

    /// Reads what is there and answers it.
    func advance(_ revents: Int16, _ buffer: UnsafeMutableRawBufferPointer, _ state: inout FakeState) -> State {
        if revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return .ended }
            if count > 0 {
                state.nodes[node].reads += 1
                let end = receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &state)
                if end != .open { return end }
            }
        }
        return flush(at: .now)
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, _ state: inout FakeState) -> State {
        if input.isEmpty {
            let (end, taken) = answerAll(bytes, &state)
            if taken < bytes.count { input = [UInt8](bytes[taken...]) }
            return end
        }
        input += bytes
        let (end, taken) = input.withUnsafeBytes { answerAll($0, &state) }
        if taken == input.count { input = [] } else { input.removeFirst(taken) }
        return end
    }

    /// Answers all requests that are whole.
    private func answerAll(_ bytes: UnsafeRawBufferPointer, _ state: inout FakeState) -> (State, taken: Int) {
        var taken = 0
        while true {
            guard case .request(let request, let end) = FakeRequest.read(bytes, at: taken) else { break }
            taken = end
            switch state.answer(request, &session) {
            case .bytes(let reply): send(reply, state.nodes[node].behaviour)
            case .nothing: break
            case .close:
                _ = flush(at: .now)
                return (.ended, taken)
            case .reset: return (.reset, taken)
            }
        }
        if case .malformed = FakeRequest.read(bytes, at: taken) { return (.ended, taken) }
        return (.open, taken)
    }

    private func send(_ bytes: [UInt8], _ behaviour: FakeCluster.Behaviour) {
        if case .delays(let delay) = behaviour {
            delayed.append((.now + delay, bytes))
        } else if delayed.isEmpty {
            output += bytes
        } else {
            // Nothing overtakes what came before it.
            delayed.append((.now, bytes))
        }
    }

    /// Sends what is to be sent by now.
    func flush(at now: ContinuousClock.Instant) -> State {
        while let first = delayed.first, first.due <= now {
            output += first.bytes
            delayed.removeFirst()
        }
        while sent < output.count {
            let count = output.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN || errno == EINTR ? .open : .ended }
            sent += count
        }
        (output, sent) = ([], 0)
        return .open
    }
}
