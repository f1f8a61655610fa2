/// An aggregate whose elements are still being read.
struct OpenAggregate {
    let kind: AggregateKind

    /// Its length was not declared: it goes on until the type `.`.
    let isStreamed: Bool

    /// An attribute or inside one: its elements are counted and not kept.
    let isDropped: Bool

    /// Elements still to come. For a streamed aggregate: that may come.
    private(set) var missing: Int

    /// What ``missing`` was in the beginning.
    private let total: Int

    private var elements: [RESPReply] = []
    private var pairs: [RESPPair] = []
    private var key: RESPReply?

    /// - Parameter reserved: Elements for which memory is set aside, at most as many as may be on their way.
    init(_ kind: AggregateKind, elements: Int, isStreamed: Bool, isDropped: Bool, reserved: Int) {
        self.kind = kind
        self.isStreamed = isStreamed
        self.isDropped = isDropped
        missing = elements
        total = elements
        guard !isDropped else { return }
        if kind == .map {
            pairs.reserveCapacity(min(elements, reserved) / 2)
        } else {
            self.elements.reserveCapacity(min(elements, reserved))
        }
    }

    /// Stands where none is open.
    static var none: OpenAggregate {
        OpenAggregate(.array, elements: 0, isStreamed: false, isDropped: true, reserved: 0)
    }

    /// Whether the declared number of elements is here.
    var isComplete: Bool { missing == 0 && !isStreamed }

    /// How many elements are kept here.
    var keptCount: Int { isDropped ? 0 : total - missing }

    /// Whether a map's key waits for its value.
    var hasKeyWithoutValue: Bool { key != nil }

    /// - Precondition: `missing` is not zero.
    @inline(__always)
    mutating func append(_ value: consuming RESPReply) {
        missing -= 1
        guard !isDropped else { return }
        if kind != .map {
            elements.append(value)
        } else if let key = key.take() {
            pairs.append(RESPPair(key: key, value: value))
        } else {
            key = value
        }
    }

    /// The value, complete, `nil` for an attribute, which is none. What was kept here is gone then.
    mutating func takeValue() -> RESPReply? {
        switch kind {
        case .array: .array(Self.take(&elements))
        case .set: .set(Self.take(&elements))
        case .map: .map(Self.take(&pairs))
        case .push: .push(Self.take(&elements))
        case .attribute: nil
        }
    }

    private static func take<Element>(_ array: inout [Element]) -> [Element] {
        var taken: [Element] = []
        swap(&taken, &array)
        return taken
    }
}
