import Cachetory
import Redis

struct User: Codable { var name: String }

/// Names each kind of backend, for async and for blocking code, and every serializer, so that all of it is linked.
func greet(_ url: String) async throws {
    let users = try AsyncCache<User>(url: url, serializer: "msgpack+zstd", timeToLive: .seconds(60))
    let user = try await users.getOrSet("42") { User(name: "Ada") }
    await users.close()
    try greet(user, url)
}

func greet(_ user: User, _ url: String) throws {
    let texts = try SyncCache<String>(url: url, serializer: "json+zlib")
    let greeting = try texts.getOrSet("greeting") { "Hello, \(user.name)" }
    print(greeting)
    texts.close()
}

// Names of both modules, in one file.
let command = Command("GREET", "memory://")
let pool = ConnectionPool()
try await greet(command.words[1])
