import Foundation

/// A value of what Python has, too.
struct PythonSample: Codable, Equatable, Sendable {
    struct Address: Codable, Equatable, Sendable {
        var street: String
        var zip: Int?
    }

    var integers: [Int64]
    var largest: UInt64
    var numbers: [Double]
    var text: [String]
    var isActive: Bool
    var address: Address
    var addresses: [String: [Address]]
    var missing: [Int?]
    var picture: Data
    var empty: [[String: Int]]

    /// Values at the ends of the formats' ranges.
    static let edges = PythonSample(
        integers: [
            0, 1, -1, 127, 128, -32, -33, -128, -129, 255, 256, 32767, -32768, -32769, 65535, 65536,
            Int64(Int32.max), Int64(Int32.min), Int64(Int32.min) - 1, Int64(UInt32.max), Int64(UInt32.max) + 1, .max,
            .min,
        ],
        largest: .max,
        numbers: [0, -0.5, 0.1, 1e300, 5e-300, .pi, 0x1p60],
        text: [
            "", "Grüße, 世界 👋", "\"\\\u{0}\n/", String(repeating: "x", count: 31), String(repeating: "é", count: 70_000),
        ],
        isActive: true,
        address: Address(street: "1 Main Street", zip: 22201),
        addresses: ["home": [Address(street: "a", zip: nil), Address(street: "b", zip: -5)]],
        missing: [nil, 3, nil],
        picture: Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }),
        empty: [[:], [:]]
    )

    /// Containers that are long enough for each of their headers.
    static let containers = PythonSample(
        integers: Array(0..<70_000),
        largest: 0,
        numbers: Array(repeating: 1.5, count: 300),
        text: Array(repeating: "word", count: 16),
        isActive: false,
        address: Address(street: "", zip: nil),
        addresses: Dictionary(
            uniqueKeysWithValues: (0..<2000).map { (number: Int) in
                ("key \(number)", [Address(street: "s", zip: number)])
            }
        ),
        missing: [],
        picture: Data(),
        empty: []
    )
}
