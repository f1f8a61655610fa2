extension Array where Element: Comparable {
    /// The middle one in order of size; of an even number, the upper one of the two.
    var median: Element? { isEmpty ? nil : sorted()[count / 2] }
}
