/// What the program tells its caller.
enum ExitStatus {
    static let success: Int32 = 0
    /// There were errors or wrong values, or there was no run at all.
    static let failure: Int32 = 1
    /// `EX_USAGE` of sysexits.
    static let badOptions: Int32 = 64
}
