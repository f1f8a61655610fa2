// What the examples of the documentation take for granted.

import Cachetory
import Foundation

let isCacheOn = true

func render(_ name: String) async throws -> String { "<p>\(name)</p>" }

func loadUsers(_ ids: [String]) async throws -> [String: String] {
    Dictionary(uniqueKeysWithValues: ids.map { ($0, "user \($0)") })
}

func fetchRate(_ from: String, _ to: String) async throws -> Double { 0.5 }

func findUser(_ id: String) async throws -> String? { "user \(id)" }

func fetchPrice(_ name: String) async throws -> Double? { 2.5 }

// The same for blocking code.

func render(_ name: String) throws -> String { "<p>\(name)</p>" }

func loadUsers(_ ids: [String]) throws -> [String: String] {
    Dictionary(uniqueKeysWithValues: ids.map { ($0, "user \($0)") })
}

func fetchRate(_ from: String, _ to: String) throws -> Double { 0.5 }

func findUser(_ id: String) throws -> String? { "user \(id)" }
