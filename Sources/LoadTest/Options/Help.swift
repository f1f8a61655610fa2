/// What `--help` prints.
enum Help {
    static var text: String {
        let rows = Option.table.map { option in
            (left: [option.name, option.placeholder].compactMap { $0 }.joined(separator: " "), right: option.help)
        }
        let width = rows.map(\.left.count).max() ?? 0
        let table = rows.map { "  \($0.left.padded(to: width))  \($0.right)" }.joined(separator: "\n")
        return """
            Loads a cache backend from many tasks or threads, checks every value that it reads, and reports latencies.

            Usage: load-test [options]

            Options:
            \(table)

            A TIME is a number with ms, s, m or h; an N may end in k or M.

            Examples:
              load-test
                  reads from a private redis-server with 50 tasks on at most 8 connections, for 10 seconds
              load-test --url redis://127.0.0.1:6379/1 --tasks 200 --workload mixed --read-ratio 0.8
                  four reads to each write, on a server of yours; its other keys are left alone
              load-test --api sync --tasks 16 --connections 4 --requests 1M
                  16 threads that share 4 blocking connections
              load-test --rate 20k --distribution zipf --warmup 5s --duration 1m --format json
                  20,000 operations each second, some keys far more often than others, for a program to read
              load-test --workload mget --batch 50 --value-size 4096
                  50 values of 4 KiB in each read

            Keys are set before the run and removed after it. A read that finds no value counts as a wrong value: do
            not use a server that evicts keys.

            With --rate an operation starts as exactly as the system's timers allow, about 0.1 ms late; that is part of
            its latency.

            Exit status: 0 if there was no error and no wrong value, 64 if an option is wrong, 1 otherwise.

            """
    }
}

extension String {
    /// The text with spaces behind it up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// The text with spaces before it up to a width.
    func rightAligned(in width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
