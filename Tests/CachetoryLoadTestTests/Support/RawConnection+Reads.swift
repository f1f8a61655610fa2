extension RawConnection {
    /// Blocks until a server has answered so many reads that the program must have taken note of some.
    borrowing func waitForReads() -> Bool {
        Processes.wait { (try? reply(to: "INFO commandstats"))?.contains(/cmdstat_get:calls=[0-9]{3}/) == true }
    }
}
