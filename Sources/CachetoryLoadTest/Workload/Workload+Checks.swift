import Foundation

extension Workload {
    /// How the answer to a read differs from what was stored; nil if it is right.
    func difference(of answer: Data?, from key: Int) -> WrongValue? {
        guard let answer else { return .missing }
        return values.difference(of: answer, from: key)
    }

    /// The first difference of the answer to a read of several keys, with its key; nil if all are right.
    func difference(
        of answer: [(key: String, value: Data)], from keys: [Int]
    ) -> (key: Int, difference: WrongValue)? {
        difference(of: answer, from: keys) { value, key in values.difference(of: value, from: key) }
    }

    /// The same, with a comparison of one value.
    func difference(
        of answer: [(key: String, value: Data)], from keys: [Int], _ compare: (Data, Int) -> WrongValue?
    ) -> (key: Int, difference: WrongValue)? {
        var rest = answer[...]
        for key in keys {
            // Keys without a value are left out of an answer.
            guard let item = rest.first, item.key == names[key] else {
                let isElsewhere = rest.contains { $0.key == names[key] }
                return (key, isElsewhere ? .notAsked : .missing)
            }
            rest.removeFirst()
            if let difference = compare(item.value, key) { return (key, difference) }
        }
        return rest.isEmpty ? nil : (keys.last ?? 0, .notAsked)
    }
}
