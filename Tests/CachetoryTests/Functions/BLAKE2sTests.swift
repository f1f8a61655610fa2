import Testing

@testable import Cachetory

@Suite struct BLAKE2sTests {
    /// RFC 7693, appendix B, and what Python's hashlib says.
    private static let hashes = [
        ("abc", "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
        ("", "69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9"),
        (String(repeating: "a", count: 63), "9a4267618070af968ff2a0fdaecc62b5c15ab91cb4a56424ba9fcad20aab417c"),
        (String(repeating: "a", count: 64), "651d2f5f20952eacaea2fba2f2af2bcd633e511ea2d2e4c9ae2ac0d9ffb7b252"),
        (String(repeating: "a", count: 65), "045f8ae18932119bd051ac7ba5c73db59892055fad5c32f82d79a6543d92a497"),
        (String(repeating: "a", count: 128), "3ac477e27353f9019b81694afe60c8049403784f91a58288428ea318bfa82809"),
        (String(repeating: "a", count: 129), "94f03f8feba7e07dd91153d178bb2d254e8cfd445024a77071f9329200d9517c"),
        ("grüezi", "22c79f789ef9b9dd2291911e5e8841a0987792fd155f866187e987ef016a06c5"),
    ]

    @Test(arguments: hashes)
    func `it is the standard's hash`(_ text: String, _ hash: String) {
        #expect(BLAKE2s.hexadecimal(text) == hash)
    }

    @Test func `zeros of every length differ`() {
        let hashes = Set((0...200).map { BLAKE2s.hash([UInt8](repeating: 0, count: $0)) })
        #expect(hashes.count == 201)
        #expect(hashes.allSatisfy { $0.count == 32 })
    }
}
