extension RedisClientConfiguration {
    /// Reads a connection URL, whose options have the names of redis-py's where both have them.
    ///
    /// - `redis://[[user]:password@][host][:port][/database]`, also spelled `valkey://`
    /// - `rediss://` or `valkeys://`: the same with TLS
    /// - `unix://[[user]:password@]/path/to/socket`, also spelled `redis+unix://` or `valkey+unix://`
    ///
    /// The URL of a cluster, such as `redis+cluster://`, is an error: ``RedisClusterConfiguration/init(url:)`` reads it.
    ///
    /// Each part is percent-decoded once. Options follow behind `?` and are separated by `&`; in a value, `+` is a
    /// space and `%2B` a plus. A duration is in seconds (`0.5`) or has a unit (`500ms`, `5s`, `2m`, `1h`).
    ///
    /// | option | property |
    /// |---|---|
    /// | `db` | ``database``, before the one in the path |
    /// | `host`, `port` | ``address``, behind those in front of the path |
    /// | `username`, `password` | ``credentials``, behind those in front of the host |
    /// | `client_name`, `protocol` | ``clientName``, ``protocolVersion`` (`2` or `3`) |
    /// | `lib_name`, `lib_version` | ``libraryName``, ``libraryVersion``; nothing behind the `=` is nil |
    /// | `socket_timeout` | ``commandTimeout``, or `none` |
    /// | `socket_connect_timeout`, `socket_keepalive` | ``connectTimeout``, ``keepAlive`` |
    /// | `socket_keepalive_idle`, `socket_keepalive_interval` | ``keepAliveIdle``, ``keepAliveInterval`` |
    /// | `socket_keepalive_count`, `tcp_user_timeout` | ``keepAliveCount``, ``unacknowledgedTimeout`` |
    /// | `health_check_interval`, `retry_on_timeout` | ``healthCheckInterval`` (`0`: off), ``retryOnTimeout`` |
    /// | `max_reply_bytes` | ``maxReplyBytes``, as a number or with a unit: `64kb`, `512mb`, `1gb` |
    /// | `max_connections`, `min_connections`, `max_in_flight`, `max_queued_bytes` | the same in ``pool`` |
    /// | `timeout` | ``RedisPoolConfiguration/acquireTimeout`` |
    /// | `idle_timeout`, `max_lifetime` | the same in ``pool``, or `none` |
    /// | `ssl_cert_reqs` | ``RedisTLSConfiguration/verification``: `none`, `optional` or `required` |
    /// | `ssl_check_hostname` | ``RedisTLSConfiguration/checksHostname`` |
    /// | `ssl_ca_certs`, `ssl_ca_path`, `ssl_ca_data` | trusted authorities in ``tls``: a file, a folder, PEM text |
    /// | `ssl_certfile`, `ssl_keyfile`, `ssl_password` | the client's own certificate and key in ``tls`` |
    /// | `ssl_ciphers`, `ssl_min_version` | ``RedisTLSConfiguration/ciphers``, ``RedisTLSConfiguration/minimumVersion`` |
    ///
    /// `decode_responses`, `encoding=utf-8`, `encoding_errors`, `socket_read_size`, `retry_on_error`,
    /// `legacy_responses` and what follows a `#` are accepted and change nothing. Other things that redis-py quietly
    /// ignores are errors: an option without a value, given twice or not known, a path that is no number.
    ///
    /// ```swift
    /// let configuration = try RedisClientConfiguration(url: "redis://:secret@localhost:6379/2?socket_timeout=200ms")
    /// ```
    ///
    /// - Throws: an error that names the part that is wrong and what is allowed there. It never shows a password.
    public init(url: String) throws(RedisURLError) {
        let url = try RedisURL(url, of: .server)
        let address = try url.address()
        var draft = try url.draft()
        let isOverridden = draft.host != nil || draft.port != nil
        draft.configuration.address = isOverridden ? try url.address(besides: draft.host, draft.port) : address
        do { try draft.configuration.validate() } catch { throw .invalidConfiguration(error) }
        self = draft.configuration
    }
}
