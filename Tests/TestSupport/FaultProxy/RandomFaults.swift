/// Does to the bytes of a stream what a bad line does, at random moments: delays, splits, merges, halts, and in the end a
/// cut, a reset, silence or garbage.
///
/// The same seed gives the same faults in the same order; what they hit depends on when the bytes come.
package struct RandomFaults: Sendable {
    /// How bytes are falsified.
    package enum Garbage: Sendable {
        /// A few of them anywhere are changed, left out, put in or sent twice, and the stream goes on. For streams that
        /// notice: TLS.
        case anywhere

        /// From some byte on, junk takes the place of all that follows. For replies of a plain connection: nothing in them
        /// tells that a byte was changed, so a stream that goes on could hold a value that looks right and is not.
        case insteadOfTheRest

        /// The same from the beginning of a command on: a key or a value that ended in junk would be carried out.
        case insteadOfCommands
    }

    /// What has been done so far, by name.
    package let tally: FaultTally

    private let garbage: Garbage
    private let seed: UInt64
    private var generator: SeededGenerator
    private var mood = Mood.none
    private var moodEnd: ContinuousClock.Instant?
    private var end: ContinuousClock.Instant?

    private enum Mood: CaseIterable {
        case none, delay, split, merge, halt
    }

    package init(seed: UInt64, garbage: Garbage, tally: FaultTally) {
        (self.seed, self.garbage, self.tally) = (seed, garbage, tally)
        generator = SeededGenerator(seed: seed)
    }

    /// The faults of one of several connections.
    func forConnection(_ number: Int) -> RandomFaults {
        RandomFaults(seed: seed &+ UInt64(number) &* 0x2545_F491_4F6C_DD1D, garbage: garbage, tally: tally)
    }

    /// What becomes of a new connection.
    mutating func welcome() -> LinkFaults.Welcome {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<3:
            tally.add("refused")
            return .refuse
        case 3:
            tally.add("silent from the start")
            return .silence
        default: return .forward
        }
    }

    /// What becomes of bytes that have just come.
    struct Fate {
        /// What is passed on of them, and how much later than what came before.
        var pieces: [(delay: Duration, bytes: ArraySlice<UInt8>)] = []

        /// Whether it is put behind what still waits, to go out with it.
        var merges = false

        /// How the connection ends behind them.
        var cut: StreamFaults.Cut?
    }

    mutating func fate(of bytes: [UInt8], after last: UInt8?, at now: ContinuousClock.Instant) -> Fate {
        let end = self.end ?? now + .milliseconds(Int.random(in: 50...2_000, using: &generator))
        self.end = end
        if now >= end, let fate = lastFate(of: bytes, after: last, at: now) { return fate }
        return passing(bytes, at: now)
    }

    // MARK: What a stream survives

    private mutating func passing(_ bytes: [UInt8], at now: ContinuousClock.Instant) -> Fate {
        if now >= moodEnd ?? now { changeMood(at: now) }
        switch mood {
        case .none: return Fate(pieces: [(.zero, bytes[...])])
        case .delay: return Fate(pieces: [(.milliseconds(Int.random(in: 1...20, using: &generator)), bytes[...])])
        case .split: return Fate(pieces: split(bytes))
        case .merge: return Fate(pieces: [(.milliseconds(4), bytes[...])], merges: true)
        case .halt: return Fate(pieces: [((moodEnd ?? now) - now, bytes[...])])
        }
    }

    private mutating func changeMood(at now: ContinuousClock.Instant) {
        mood = Bool.random(using: &generator) ? .none : Mood.allCases.randomElement(using: &generator) ?? .none
        var length = Int.random(in: 5...150, using: &generator)
        // Mostly it is over before the deadline of those who wait.
        if mood == .halt { length *= Int.random(in: 1...8, using: &generator) }
        moodEnd = now + .milliseconds(length)
        if mood != .none { tally.add("\(mood)") }
    }

    /// Pieces of a few bytes, up to a number that still passes in time.
    private mutating func split(_ bytes: [UInt8]) -> [(delay: Duration, bytes: ArraySlice<UInt8>)] {
        var pieces: [(delay: Duration, bytes: ArraySlice<UInt8>)] = []
        var rest = bytes[...]
        while !rest.isEmpty, pieces.count < 24 {
            let piece = rest.prefix(Int.random(in: 1...16, using: &generator))
            rest = rest.dropFirst(piece.count)
            pieces.append((.microseconds(Int.random(in: 0...200, using: &generator)), piece))
        }
        if !rest.isEmpty { pieces.append((.zero, rest)) }
        return pieces
    }

    // MARK: What ends it

    /// Nil if this is not the place for it.
    private mutating func lastFate(
        of bytes: [UInt8], after last: UInt8?, at now: ContinuousClock.Instant
    ) -> Fate? {
        if Int.random(in: 0..<3, using: &generator) == 0 {
            switch garbage {
            case .anywhere:
                end = nil
                return Fate(pieces: [(.zero, falsified(bytes)[...])])
            case .insteadOfTheRest:
                return junk(behind: bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
            case .insteadOfCommands:
                return commandStart(in: bytes, after: last).map { junk(behind: bytes.prefix($0)) }
            }
        }
        let cut = StreamFaults.Cut.allCases.randomElement(using: &generator) ?? .close
        tally.add("\(cut)")
        let passed = bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))
        return Fate(pieces: [(.zero, passed)], cut: cut)
    }

    /// Where a command begins, of which there is nothing in the keys and values: a star at the beginning of a line.
    private mutating func commandStart(in bytes: [UInt8], after last: UInt8?) -> Int? {
        let newline = UInt8(ascii: "\n")
        return bytes.indices.filter { index in
            bytes[index] == UInt8(ascii: "*") && (index == 0 ? last ?? newline : bytes[index - 1]) == newline
        }.randomElement(using: &generator)
    }

    private mutating func junk(behind bytes: ArraySlice<UInt8>) -> Fate {
        tally.add("garbage")
        let junk = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let cut = StreamFaults.Cut.allCases.randomElement(using: &generator) ?? .close
        return Fate(pieces: [(.zero, bytes), (.milliseconds(1), junk[...])], cut: cut)
    }

    private mutating func falsified(_ bytes: [UInt8]) -> [UInt8] {
        tally.add("garbage")
        var bytes = bytes
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        let range = start..<min(bytes.count, start + Int.random(in: 1...40, using: &generator))
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[start] ^= UInt8.random(in: 1...255, using: &generator)
        case 1: bytes.removeSubrange(range)
        case 2: bytes.insert(contentsOf: Array(bytes[range]), at: start)
        default: bytes.insert(contentsOf: range.map { _ in UInt8.random(in: 0...255, using: &generator) }, at: start)
        }
        return bytes
    }
}

extension LinkFaults {
    /// Both directions at random. What falsifies bytes depends on whether the stream notices.
    package static func random(seed: UInt64, isEncrypted: Bool, tally: FaultTally) -> LinkFaults {
        LinkFaults(
            requests: StreamFaults(
                random: RandomFaults(seed: seed, garbage: isEncrypted ? .anywhere : .insteadOfCommands, tally: tally)),
            replies: StreamFaults(
                random: RandomFaults(seed: ~seed, garbage: isEncrypted ? .anywhere : .insteadOfTheRest, tally: tally)))
    }
}
