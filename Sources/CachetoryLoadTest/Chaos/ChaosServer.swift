import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis

/// The private server, and how to inject faults into it.
struct ChaosServer: ChaosTarget {
    let subject = ChaosSubject.server

    private let server: LocalRedisServer
    private let talk: ServerTalk
    private let didCrash: @Sendable () -> Void

    /// With these a server keeps every acknowledged write when its process crashes.
    static let arguments = ["--appendonly", "yes", "--appendfsync", "always"]

    /// Longer than any pause, even on a busy machine.
    private static let patience = Duration.seconds(20)

    /// - Parameter didCrash: is called when the server's process has ended.
    init(_ server: LocalRedisServer, didCrash: @escaping @Sendable () -> Void) {
        self.server = server
        self.didCrash = didCrash
        talk = ServerTalk(socketPath: server.socketPath, timeout: Self.patience)
    }

    func perform(_ step: ChaosPlan.Step, pause: (UInt64) -> Bool, served: (SlotSet?) -> Void) throws {
        try perform(step) { _ = pause(step.time) }
        served(nil)
    }

    /// Injects one fault and undoes it; returns when the server answers as before.
    ///
    /// - Parameter pause: waits while the fault lasts.
    private func perform(_ step: ChaosPlan.Step, pause: () -> Void) throws {
        switch step.kind {
        case .crash:
            server.kill()
            didCrash()
            pause()
            try server.restart()
        case .halt:
            server.suspend()
            pause()
            server.resume()
            try talk.execute(["PING"])
        case .killAll:
            try killAll()
        case .killOne:
            let ids = try talk.clientIDs()
            guard !ids.isEmpty else { return }
            let id = ids[Int(step.chance % UInt64(ids.count))]
            // If it has closed meanwhile, the number of those killed is 0.
            try talk.execute(["CLIENT", "KILL", "ID", .integer(id)])
        case .pause:
            try talk.execute(["CLIENT", "PAUSE", .string("\(step.time)"), "ALL"])
            pause()
            try talk.execute(["PING"])
        case .refusal:
            try withSetting("maxclients", "1") {
                try killAll()
                pause()
            }
        case .outOfMemory:
            try withSetting("maxmemory", "1") { pause() }
        case .failover, .moveSlots:
            preconditionFailure("\(step.kind) is a fault of a cluster")
        }
    }

    /// Changes a setting while a closure runs.
    private func withSetting(_ name: String, _ value: RESPArgument, _ body: () throws -> Void) throws {
        let usual = try talk.setting(name) ?? "0"
        try talk.execute(["CONFIG", "SET", .string(name), value])
        try body()
        try talk.execute(["CONFIG", "SET", .string(name), .string(usual)])
    }

    /// All but the connection that asks.
    private func killAll() throws {
        try talk.execute(["CLIENT", "KILL", "TYPE", "normal"])
    }
}
