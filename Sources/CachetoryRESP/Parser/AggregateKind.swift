/// The types that declare how many values they have.
enum AggregateKind {
    /// `*`
    case array

    /// `~`
    case set

    /// `%`
    case map

    /// `>`
    case push

    /// `|`: describes the value behind it and is dropped.
    case attribute

    init?(type: UInt8) {
        switch type {
        case UInt8(ascii: "*"): self = .array
        case UInt8(ascii: "~"): self = .set
        case UInt8(ascii: "%"): self = .map
        case UInt8(ascii: ">"): self = .push
        case UInt8(ascii: "|"): self = .attribute
        default: return nil
        }
    }

    /// What may stand in place of a count.
    var lengthForms: LengthForms {
        switch self {
        case .array: [.null, .streamed]
        case .set, .map: .streamed
        case .push, .attribute: []
        }
    }

    /// How many elements the declared count has of: two for each pair.
    var elementsPerCount: Int { self == .map || self == .attribute ? 2 : 1 }

    /// The value without elements; `nil` for an attribute, which is none.
    var emptyValue: RESPReply? {
        switch self {
        case .array: .array([])
        case .set: .set([])
        case .map: .map([])
        case .push: .push([])
        case .attribute: nil
        }
    }
}
