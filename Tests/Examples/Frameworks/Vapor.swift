// A stand-in for the few names of Vapor 4 that an article uses. Instead of serving, it calls each route once.

import Foundation

public protocol Content: Codable, Sendable {}

public protocol StorageKey { associatedtype Value: Sendable }

public struct Storage {
    private var values: [ObjectIdentifier: Any] = [:]

    public subscript<Key: StorageKey>(_ key: Key.Type) -> Key.Value? {
        get { values[ObjectIdentifier(key)] as? Key.Value }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}

public protocol LifecycleHandler: Sendable {
    func shutdownAsync(_ application: Application) async
}

public final class Lifecycle {
    fileprivate var handlers: [any LifecycleHandler] = []

    public func use(_ handler: some LifecycleHandler) { handlers.append(handler) }
}

public struct Parameters: Sendable {
    public func require(_ name: String) throws -> String { "42" }
}

public struct Request: Sendable {
    public let application: Application
    public let parameters = Parameters()
}

public final class Application: @unchecked Sendable {
    public var storage = Storage()
    public let lifecycle = Lifecycle()
    private var routes: [@Sendable (Request) async throws -> Data] = []

    public static func make() async throws -> Application { Application() }

    public func get<Response: Content>(
        _ path: String..., use handler: @escaping @Sendable (Request) async throws -> Response
    ) {
        routes.append { try JSONEncoder().encode(try await handler($0)) }
    }

    public func execute() async throws {
        for route in routes { print(String(decoding: try await route(Request(application: self)), as: UTF8.self)) }
    }

    public func asyncShutdown() async throws {
        for handler in lifecycle.handlers.reversed() { await handler.shutdownAsync(self) }
    }
}
