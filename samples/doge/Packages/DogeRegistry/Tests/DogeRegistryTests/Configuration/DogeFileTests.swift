import DogeConfiguration
import Testing

@Suite struct DogeFileTests {
    private func issues(_ text: String) -> [String] {
        do throws(ConfigurationIssues) {
            _ = try DogeFile(yaml: text, file: "doge.yaml")
            return []
        } catch {
            return error.issues.map(\.description)
        }
    }

    @Test func readsAServersFile() throws {
        let file = try DogeFile(
            yaml: """
                registry:
                  protocol: etcd
                  host: 10.0.0.1
                  port: 2379
                  ttl: 5
                service:
                  name: test
                  node: n1
                  host: 127.0.0.1
                  port: 4399
                  limitConn: 100
                  filters:
                    - doge.filter.tracing.TracingServerFilter
                    - doge.filter.metrics.MetricsServerFilter
                """, file: "doge.yaml")
        #expect(
            file.registry
                == RegistryConfiguration(
                    kind: .etcd, addresses: [HostPort(host: "10.0.0.1", port: 2379)], ttl: .seconds(5)))
        let service = try #require(file.service)
        #expect(service.name == "test" && service.node == "n1")
        #expect(service.host == "127.0.0.1" && service.port == 4399)
        #expect(service.connectionLimit == 100)
        #expect(service.filters.count == 2)
        #expect(file.refer == ReferConfiguration())
    }

    @Test func readsAClientsFile() throws {
        let file = try DogeFile(
            yaml: """
                registry: { protocol: direct, address: "127.0.0.1:4399, [::1]:4400" }
                refer:
                  haStrategy: backupRequestHA
                  loadBalance: RandomLB
                  retries: 1
                  sum.retries: 2
                  sum.requestTimeout: 250
                  shop.list.backupRequestDelayRatio: 95
                  shop.list.backupRequestMaxRetryRatio: 5
                """, file: "doge.yaml")
        #expect(file.registry.kind == .direct)
        #expect(
            file.registry.addresses == [HostPort(host: "127.0.0.1", port: 4399), HostPort(host: "::1", port: 4400)])
        #expect(file.registry.ttl == .seconds(10))
        #expect(file.service == nil)
        #expect(file.refer.availability == .backupRequest)
        #expect(file.refer.balance == .random)
        #expect(file.refer.settings(of: "echo").retries == 1)
        #expect(file.refer.settings(of: "sum").retries == 2)
        #expect(file.refer.settings(of: "sum").requestTimeout == .milliseconds(250))
        let list = file.refer.settings(of: "shop.list")
        #expect(list.backupRequestDelayRatio == 95 && list.backupRequestMaxRetryRatio == 5 && list.retries == 1)
    }

    @Test func referWithNothingUnderItMeansTheDefaults() throws {
        let file = try DogeFile(yaml: "registry: { host: etcd }\nrefer:\n", file: "doge.yaml")
        #expect(file.refer == ReferConfiguration())
        #expect(file.registry.addresses == [HostPort(host: "etcd", port: 2379)])
    }

    @Test(arguments: [
        ("", "doge.yaml:1:1: the section 'registry' is missing"),
        ("- a", "doge.yaml:1:1: must be a mapping with registry:, and service: or refer:"),
        ("registry: [1]", "doge.yaml:1:11: 'registry' must be a mapping"),
        (
            "registry: {}",
            "doge.yaml:1:11: 'registry' has neither 'address' nor 'host', the members of the cluster or the servers"
        ),
        (
            "registry:\n  protocol: zookeeper\n  host: a",
            "doge.yaml:2:13: 'protocol' must be one of etcd, direct, not 'zookeeper'"
        ),
        (
            "registry:\n  address: 127.0.0.1",
            "doge.yaml:2:12: 'address' must be host:port, or several with commas, not '127.0.0.1'"
        ),
        (
            "registry:\n  host: a\n  ttl: soon",
            "doge.yaml:3:8: 'ttl' must be a whole number, from 1 to 86400, not 'soon'"
        ),
        (
            "registry: {host: a}\nservice:\n  name: test\n  node: n/1\n  host: b\n  port: 1",
            "doge.yaml:3:3: 'node' must not contain '/', as 'n/1' does"
        ),
        (
            "registry: {host: a}\nservice: {name: t, node: n, host: b}",
            "doge.yaml:2:10: 'service' has no 'port', where clients reach it"
        ),
        (
            "registry: {host: a}\nservices: {}",
            "doge.yaml:2:1: there is no section 'services'; there are registry, service and refer"
        ),
        ("registry: {host: a}\nrefer: {sum.retries: -1}", "'sum.retries' must be a whole number, from 0 to 100"),
        ("registry: {host: a}\nrefer: {sum.retrys: 1}", "doge.yaml:2:9: 'refer' has no setting 'sum.retrys'"),
        ("registry: {host: a, host: b}", "'host' is given twice; leave one"),
        ("registry: {", "doge.yaml:2:1: not YAML: "),
    ])
    func mistakeIsReportedWithItsPlace(text: String, issue: String) {
        let found = issues(text)
        #expect(found.count == 1)
        #expect(found.first?.contains(issue) == true, "\(found)")
    }

    @Test func allMistakesAreReportedInTheirOrder() {
        let found = issues("service: {port: x}\nregistry: {ttl: 0, host: a}")
        #expect(found.count > 3)
        #expect(found.last?.hasPrefix("doge.yaml:2:17: 'ttl'") == true)
    }

    @Test func fileThatIsNotThereIsAMistake() {
        #expect(throws: ConfigurationIssues.self) { try DogeFile.read(path: "/nonexistent/doge.yaml") }
        #expect(throws: ConfigurationIssues.self) { try DogeFile.read(path: "/tmp") }
    }

    @Test(arguments: ["", "a", "a:", ":1", "a:0", "a:65536", "a:-1", "::1:80", "a b:1", "[]:1", "a:1x"])
    func whatIsNoHostAndPort(text: String) {
        #expect(HostPort(text) == nil)
    }
}
