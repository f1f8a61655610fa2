import CachetoryRedis

extension RedisClientConfiguration {
    /// All that it holds but who logs in, to be compared.
    var dumped: String {
        var text = ""
        dump(self, to: &text)
        return text
    }
}
