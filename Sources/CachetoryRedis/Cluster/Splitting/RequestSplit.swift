import CachetoryRESP
import CachetorySmallFoundation

/// A request of keys in several slots, as one part for each of them. A pure value.
package struct RequestSplit: Sendable {
    package struct Part: Sendable {
        package let slot: HashSlot

        /// Which of the caller's keys it is about, in the order in which its request has them.
        package let indices: ArraySlice<Int>

        /// One command; or a transaction of a `SET` for each of its items, if there are several with a time to live.
        package let request: Request
    }

    /// What the replies to the parts become.
    enum ReplyForm: Sendable {
        /// A value for each key.
        case values
        /// Their sum.
        case count
        /// That all is done.
        case done
    }

    /// In the order in which their slots appear first among the keys.
    package let parts: [Part]

    /// How many keys all parts have.
    package let keyCount: Int

    let replyForm: ReplyForm

    /// The commands of many keys that may be divided, and what becomes of their replies.
    private static func replyForm(of name: String) -> ReplyForm? {
        switch name {
        case "MGET": .values
        case "UNLINK", "DEL", "EXISTS", "TOUCH": .count
        default: nil
        }
    }

    /// For a command of keys. It is not divided if the replies to its parts cannot be joined.
    static func placement(
        _ name: StaticString, _ keys: [String], _ groups: SlotGroups, isReadOnly: Bool
    ) -> Placement {
        guard let replyForm = replyForm(of: name.description) else { return .severalSlots(first: groups.slots[0]) }
        let parts = groups.slots.indices.map { group in
            let indices = groups[group]
            // A key alone needs no array.
            let request =
                indices.count == 1
                ? Request(name, key: keys[indices[indices.startIndex]], isReadOnly: isReadOnly)
                : Request(name, keys: indices.map { keys[$0] }, isReadOnly: isReadOnly)
            return Part(slot: groups.slots[group], indices: indices, request: request)
        }
        return .split(RequestSplit(parts: parts, keyCount: keys.count, replyForm: replyForm))
    }

    /// For `MSET`, or a `SET` for each.
    init(setting items: [(key: String, value: Data)], milliseconds: Int?, _ groups: SlotGroups) {
        let parts = groups.slots.indices.map { group in
            let indices = groups[group]
            let request: Request
            if indices.count == 1 {
                // Alone it needs no transaction.
                let (key, value) = items[indices[indices.startIndex]]
                request = Request(set: key, to: value, milliseconds: milliseconds, ifNotExists: false)
            } else {
                request = Request(setAll: indices.map { items[$0] }, milliseconds: milliseconds)
            }
            return Part(slot: groups.slots[group], indices: indices, request: request)
        }
        self.init(parts: parts, keyCount: items.count, replyForm: .done)
    }

    /// Several keys of one slot, as the only part; nil for what may not be divided any further.
    init?(whole request: Request, in slot: HashSlot) {
        guard case .keys(let name, let keys) = request.form, keys.count > 1,
            let replyForm = Self.replyForm(of: name.description)
        else { return nil }
        let part = Part(slot: slot, indices: Array(keys.indices)[...], request: request)
        self.init(parts: [part], keyCount: keys.count, replyForm: replyForm)
    }

    private init(parts: [Part], keyCount: Int, replyForm: ReplyForm) {
        (self.parts, self.keyCount, self.replyForm) = (parts, keyCount, replyForm)
    }
}
