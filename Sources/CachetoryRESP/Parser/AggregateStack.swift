/// The aggregates that have begun and are not complete, one inside the other.
///
/// A stack of our own instead of recursion: it is bounded, and reading can stop and go on anywhere.
struct AggregateStack {
    /// The one that the next value belongs to; empty and without meaning while ``depth`` is zero. It stands outside
    /// the array so that adding an element does not go through one.
    private var innermost = OpenAggregate.none

    /// The aggregates around it, the outermost first.
    private var enclosing: [OpenAggregate] = []

    private(set) var depth = 0

    /// Attributes, and elements inside them, that were dropped since the last reply. They are counted, for an endless
    /// row of them would keep the reply that they describe from ever coming.
    private var dropped = 0

    /// Elements that the reply has in aggregates which are complete.
    private var closedCount = 0

    /// Whether a reply has begun, if only with an attribute.
    var hasPartialValue: Bool { depth | dropped != 0 }

    /// How many elements there are so far.
    var keptCount: Int {
        depth == 0 ? 0 : enclosing.reduce(closedCount + innermost.keptCount) { $0 + $1.keptCount }
    }

    /// Opens an aggregate.
    ///
    /// - Parameters:
    ///   - count: Elements to come, or `nil` for a streamed one.
    ///   - received: Bytes at hand in which the elements may be.
    mutating func open(
        _ kind: AggregateKind, count: Int?, received: Int, limits: RESPLimits
    ) throws(RESPError) {
        guard depth < limits.depth else { throw .limitExceeded(.depth, maximum: limits.depth) }
        let isDropped = kind == .attribute || (depth > 0 && innermost.isDropped)
        if depth > 0 { enclosing.append(innermost) } else { closedCount = 0 }
        depth += 1
        innermost = OpenAggregate(
            kind, elements: count ?? limits.elements, isStreamed: count == nil, isDropped: isDropped,
            reserved: min(RESPLimits.reservedElements, received / RESPLimits.shortestValueBytes)
        )
    }

    /// Counts an attribute, or an element inside one.
    mutating func countDropped(maximum: Int) throws(RESPError) {
        guard dropped < maximum else { throw .limitExceeded(.attributes, maximum: maximum) }
        dropped += 1
    }

    /// Adds a value to the innermost aggregate, and closes all that it completes.
    ///
    /// - Returns: The reply, if it is complete.
    @inline(__always)
    mutating func add(_ value: consuming RESPReply, limits: RESPLimits) throws(RESPError) -> RESPReply? {
        if depth > 0 {
            try append(value, limits: limits)
            return innermost.isComplete ? try closeCompleted(limits: limits) : nil
        }
        dropped = 0
        return value
    }

    /// Ends the innermost aggregate, a streamed one.
    mutating func endStream() throws(RESPError) -> RESPReply? {
        guard depth > 0, innermost.isStreamed else { throw .misplacedType(UInt8(ascii: ".")) }
        guard !innermost.hasKeyWithoutValue else { throw .keyWithoutValue }
        return close()
    }

    @inline(__always)
    private mutating func append(_ value: consuming RESPReply, limits: RESPLimits) throws(RESPError) {
        guard innermost.missing > 0 else { throw .limitExceeded(.elements, maximum: limits.elements) }
        if innermost.isDropped { try countDropped(maximum: limits.attributes) }
        innermost.append(value)
    }

    /// Closes the innermost aggregate, which is complete, and those that are complete with it.
    private mutating func closeCompleted(limits: RESPLimits) throws(RESPError) -> RESPReply? {
        while let value = close() {
            guard depth > 0 else {
                dropped = 0
                return value
            }
            try append(value, limits: limits)
            guard innermost.isComplete else { return nil }
        }
        return nil
    }

    /// Takes the innermost aggregate off the stack; `nil` for an attribute.
    private mutating func close() -> RESPReply? {
        closedCount += innermost.keptCount
        let value = innermost.takeValue()
        depth -= 1
        if let around = enclosing.popLast() { innermost = around }
        return value
    }
}
