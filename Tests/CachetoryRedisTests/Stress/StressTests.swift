import Testing

/// What keeps the whole machine busy, one after the other. docs/faults.md has what they print on a machine with nothing
/// else to do.
@Suite(.serialized, .timeLimit(.minutes(10))) struct StressTests {}
