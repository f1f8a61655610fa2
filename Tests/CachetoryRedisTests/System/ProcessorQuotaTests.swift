import CachetoryRedis
import Testing

@Suite struct ProcessorQuotaTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let membership: String
        let files: [String: String]
        let processors: Double?
    }

    static let rows = [
        Row(testDescription: "no control groups", membership: "", files: [:], processors: nil),
        Row(
            testDescription: "version 2 without a quota", membership: "0::/\n", files: ["cpu.max": "max 100000\n"],
            processors: nil),
        Row(
            testDescription: "version 2 in a namespace of its own", membership: "0::/\n",
            files: ["cpu.max": "50000 100000\n"], processors: 0.5),
        Row(
            testDescription: "version 2 below parents, of which one has less",
            membership: "0::/kubepods.slice/pod1/container\n",
            files: [
                "kubepods.slice/cpu.max": "max 100000\n", "kubepods.slice/pod1/cpu.max": "150000 100000\n",
                "kubepods.slice/pod1/container/cpu.max": "400000 100000\n",
            ], processors: 1.5),
        Row(
            testDescription: "version 2, whose names are those of the machine outside",
            membership: "0::/docker/4f5e\n", files: ["cpu.max": "200000 100000\n"], processors: 2),
        Row(
            testDescription: "version 1 without a quota", membership: "3:cpu,cpuacct:/\n2:memory:/\n",
            files: ["cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"], processors: nil),
        Row(
            testDescription: "version 1 in the machine's tree", membership: "4:memory:/a\n3:cpu,cpuacct:/docker/4f5e\n",
            files: [
                "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
                "cpu/docker/4f5e/cpu.cfs_quota_us": "25000\n", "cpu/docker/4f5e/cpu.cfs_period_us": "50000\n",
            ], processors: 0.5),
        Row(
            testDescription: "version 1 in a container that sees its own part", membership: "1:cpu:/docker/4f5e\n",
            files: ["cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"], processors: 3),
        Row(
            testDescription: "both versions at once", membership: "1:cpu:/\n0::/\n",
            files: [
                "cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n",
                "cpu.max": "max 100000\n",
            ], processors: 3),
        Row(
            testDescription: "what makes no sense", membership: "0::/\nnonsense\n1:cpu\n2:cpu:relative\n",
            files: [
                "cpu.max": "100000 0\n", "cpu/cpu.cfs_quota_us": "\n", "cpu/cpu.cfs_period_us": "many\n",
                "cpu/relative/cpu.cfs_quota_us": "99999999999999999999\n", "cpu/relative/cpu.cfs_period_us": "1\n",
            ], processors: nil),
    ]

    @Test(arguments: rows) func `the smallest quota counts`(_ row: Row) {
        #expect(ProcessorQuota.processors(membership: row.membership) { row.files[$0] } == row.processors)
    }

    @Test(
        arguments: [
            (64, nil, 64), (64, 1, 1), (64, 0.5, 1), (64, 1.9, 1), (64, 2.0, 2), (2, 4.0, 2), (1, nil, 1),
            (2, 1e300, 2),
        ] as [(Int, Double?, Int)])
    func `a quota is worth as many whole processors, one at least`(visible: Int, quota: Double?, usable: Int) {
        #expect(ProcessorQuota.usableProcessors(of: visible, quota: quota) == usable)
    }

    @Test func `with a quota of one processor nobody spins`() {
        let usable = ProcessorQuota.usableProcessors(of: 64, quota: 1)
        var eligibility = SpinEligibility(maxSpinners: usable - 1)
        for _ in 0..<SpinEligibility.needed * 2 {
            let maySpin = eligibility.add(lent: 1)
            #expect(!maySpin)
        }
    }
}
