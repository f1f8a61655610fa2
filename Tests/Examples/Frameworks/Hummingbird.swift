// A stand-in for the few names of Hummingbird 2 that an article uses. Instead of serving, it calls each route once.

import Foundation
import ServiceLifecycle

public protocol ResponseCodable: Codable, Sendable {}

public struct Request: Sendable {}

public struct Parameters: Sendable {
    public func require(_ name: String) throws -> String { "42" }
}

public struct BasicRequestContext: Sendable {
    public let parameters = Parameters()
}

public final class Router: @unchecked Sendable {
    fileprivate var routes: [@Sendable () async throws -> Data] = []

    public init() {}

    public func get<Response: ResponseCodable>(
        _ path: String, use handler: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response
    ) {
        routes.append { try JSONEncoder().encode(try await handler(Request(), BasicRequestContext())) }
    }
}

public struct Application {
    private let router: Router
    private var services: [any Service] = []

    public init(router: Router) { self.router = router }

    public mutating func addServices(_ services: any Service...) { self.services += services }

    public func runService() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services { group.addTask { try await service.run() } }
            for route in router.routes { print(String(decoding: try await route(), as: UTF8.self)) }
            endGracefully()
            try await group.waitForAll()
        }
    }
}
