/// What faults are injected into.
protocol ChaosTarget: Sendable {
    var subject: ChaosSubject { get }

    /// Injects one fault and undoes it; returns when all is as before.
    ///
    /// - Parameters:
    ///   - pause: waits for so many milliseconds; false if the run was stopped meanwhile.
    ///   - served: is called once, at the moment from which on calls must succeed again: calls on keys of the given slots; nil
    ///     stands for all keys. Not called if the run was stopped before the fault.
    func perform(_ step: ChaosPlan.Step, pause: (UInt64) -> Bool, served: (SlotSet?) -> Void) throws
}
