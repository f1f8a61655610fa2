/// Hash tags: a short one for each slot, for tests that want keys of certain slots.
package enum SlotTags {
    /// The tag of each slot, such as `{17}`: the smallest number that has it.
    private static let tags: [String] = {
        var tags = [String?](repeating: nil, count: KeySlot.count)
        var missing = tags.count
        for number in 0... {
            let slot = KeySlot.of("\(number)".utf8)
            if tags[slot] != nil { continue }
            tags[slot] = "{\(number)}"
            missing -= 1
            if missing == 0 { break }
        }
        return tags.map { $0 ?? "" }
    }()

    /// Keys that begin with it are of the slot.
    package static func tag(of slot: Int) -> String { tags[slot] }
}
