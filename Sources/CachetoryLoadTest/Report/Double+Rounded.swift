extension Double {
    /// The number to some digits behind the point: no more than were measured.
    func rounded(digits: Int) -> Double {
        let factor = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        return (self * factor).rounded() / factor
    }
}
