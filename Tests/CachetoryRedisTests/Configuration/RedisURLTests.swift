import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RedisURLTests {
    @Test(arguments: AcceptedURL.all)
    func `a URL means the configuration that the table says`(row: AcceptedURL) throws {
        let configuration = try RedisClientConfiguration(url: row.url)
        let expected = row.expected
        #expect(configuration.address == expected.address)
        #expect(configuration.database == expected.database)
        #expect(try configuration.credentials?.login() == expected.credentials?.login())
        #expect(configuration.clientName == expected.clientName)
        #expect(configuration.protocolVersion == expected.protocolVersion)
        #expect(configuration.tls == expected.tls)
        #expect(configuration.connectTimeout == expected.connectTimeout)
        #expect(configuration.commandTimeout == expected.commandTimeout)
        #expect(configuration.keepAlive == expected.keepAlive)
        #expect(configuration.keepAliveIdle == expected.keepAliveIdle)
        #expect(configuration.keepAliveInterval == expected.keepAliveInterval)
        #expect(configuration.keepAliveCount == expected.keepAliveCount)
        #expect(configuration.unacknowledgedTimeout == expected.unacknowledgedTimeout)
        #expect(configuration.healthCheckInterval == expected.healthCheckInterval)
        #expect(configuration.retryOnTimeout == expected.retryOnTimeout)
        #expect(configuration.maxReplyBytes == expected.maxReplyBytes)
        #expect(configuration.pool == expected.pool)
    }

    @Test(arguments: RejectedURL.all)
    func `a URL that makes no sense is an error that says where`(row: RejectedURL) {
        let error = #expect(throws: RedisURLError.self) { try RedisClientConfiguration(url: row.url) }
        #expect(error.map(RejectedURL.Complaint.init) == row.complaint)
    }

    @Test func `a URL that is cut anywhere is read or refused`() {
        let url =
            "rediss://app:s%2Fcret@[fe80::1%25eth0]:6380/12?socket_timeout=1.5s&ssl_cert_reqs=none&client_name=%61%ff"
        var refused = 0
        for start in 0...url.utf8.count {
            for length in 0...(url.utf8.count - start) {
                let piece = String(decoding: url.utf8.dropFirst(start).prefix(length), as: UTF8.self)
                do { _ = try RedisClientConfiguration(url: piece) } catch { refused += 1 }
            }
        }
        // What doesn't start with the scheme can't be read.
        #expect(refused >= url.utf8.count * (url.utf8.count + 1) / 2)
    }

    @Test(arguments: 0..<50)
    func `garbage behind a scheme is read or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("/?#@:[]%&=+.0123456789adbmsnone_ü\u{301}\0".unicodeScalars)
        for _ in 0..<200 {
            var url = String.UnicodeScalarView("redis://".unicodeScalars)
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                url.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
            }
            do {
                let configuration = try RedisClientConfiguration(url: String(url))
                // Whatever is read has passed every limit.
                #expect(throws: Never.self) { try configuration.validate() }
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["&", "?", "/", "%", "@", ":", "db=1&", "[", "%00", "1"])
    func `a long URL of anything takes linear time`(filling: String) {
        let filling = String(repeating: filling, count: (1 << 16) / filling.utf8.count)
        for start in ["redis://", "redis://localhost/", "redis://localhost?", "redis://localhost?password=", "unix://"]
        {
            do { _ = try RedisClientConfiguration(url: start + filling) } catch {
                // Little of the URL comes back.
                #expect(error.description.utf8.count < 2000)
            }
        }
    }
}
