/// A key of a coding path that no type of the user's defines.
enum MessagePackKey: CodingKey {
    /// The place of an element in an array.
    case index(Int)

    /// The part that a superclass writes, by the name that `Codable` gives it.
    case `super`

    init?(stringValue: String) {
        guard stringValue == MessagePackKey.super.stringValue else { return nil }
        self = .super
    }

    init?(intValue: Int) {
        self = .index(intValue)
    }

    var stringValue: String {
        switch self {
        case .index(let index): "Index \(index)"
        case .super: "super"
        }
    }

    var intValue: Int? {
        switch self {
        case .index(let index): index
        case .super: nil
        }
    }
}
