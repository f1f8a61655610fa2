/// A text that no description, mirror or `dump` shows, so that logging what contains it is safe.
struct Secret: Sendable, Hashable {
    let value: String
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "***" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
