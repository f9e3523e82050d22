import Drover
import DroverConfig
import Testing

/// Every kind of mistake in a file, each with the line that a person gets.
struct FileMistakeTests {
    @Test(arguments: [
        ("worker: 4", "1:1: unknown setting 'worker'; did you mean 'workers'?"),
        ("worker-class: sync", "1:1: unknown setting 'worker-class'; did you mean 'worker_class'?"),
        ("log-level: debug", "1:1: unknown setting 'log-level'; did you mean 'loglevel'?"),
        ("pid: x", "1:1: unknown setting 'pid'; did you mean 'pidfile'?"),
        ("keep_alive: 3", "1:1: unknown setting 'keep_alive'; did you mean 'keepalive'?"),
        ("wsgi_app: hello", "1:1: unknown setting 'wsgi_app'; did you mean 'app'?"),
        ("listener: []", "1:1: unknown setting 'listener'; did you mean 'listeners'?"),
        ("cahce: {}", "1:1: unknown setting 'cahce'; did you mean 'cache'?"),
        ("zebra: 1", "1:1: unknown setting 'zebra'"),
        ("entries: 1", "1:1: unknown setting 'entries'; it belongs under 'cache:'"),
        ("accept: shared", "1:1: unknown setting 'accept'; it belongs to an entry of 'listeners:'"),
        ("config: x", "1:1: unknown setting 'config'; it is the flag --config only"),
        ("# one\n\nworkers: lots", "3:10: 'workers' must be 'auto' or a whole number from 1 to 1024, not 'lots'"),
        ("workers: 0", "1:10: 'workers' must be 'auto' or a whole number from 1 to 1024, not '0'"),
        ("workers: [1]", "1:10: 'workers' must be 'auto' or a whole number from 1 to 1024, not a list"),
        ("backlog: {a: 1}", "1:10: 'backlog' must be a whole number from 1 to 65535, not a mapping"),
        ("backlog:", "1:9: 'backlog' has no value: it must be a whole number from 1 to 65535"),
        (
            "timeout: -1",
            "1:10: 'timeout' must be a time of 0 or more, such as 30 (seconds), 1.5, 500ms, 2m or 1h, not '-1'"
        ),
        ("protocol: ecoh", "1:11: unknown protocol 'ecoh'; did you mean 'echo'? (there are: greet, echo)"),
        ("worker_class: threads", "1:15: unknown worker class 'threads' (there are: async, sync)"),
        (
            "access_log_format: 'a %(h)s %(b)s %(z)s'",
            "1:20: 'access_log_format' has the unknown atom '%(z)s' (there are: B, D, H, L, M, Q, T, U, a, b, f, h, l, "
                + "m, p, q, r, s, t, u, id, {NAME}i, {NAME}o, {NAME}e, {version}x, {cipher}x, {alpn}x, "
                + "{server_name}x, {resumed}x, {client_subject}x, {client_names}x, {client_verify}x) at its character 15"
        ),
        ("app: helo", "1:6: unknown application 'helo'; did you mean 'hello'? (there are: hello, inspect)"),
        (
            "alternatives: echo",
            "1:15: 'alternatives' has no effect: on the transport 'plain' no client can choose a protocol (one can on: sealed)"
        ),
        (
            "transport: sealed\nalternatives: [ecoh]",
            "2:15: 'alternatives' names the unknown protocol 'ecoh'; did you mean 'echo'? (there are: greet, echo)"
        ),
        (
            "transport: sealed\nalternatives: [echo, greet]",
            "2:15: 'alternatives' names 'greet', which the listener speaks already"
        ),
        (
            "transport: sealed\nalternatives: [echo, echo]",
            "2:15: 'alternatives' names 'echo', which the listener speaks already"
        ),
        (
            "transport: sealed\nalternatives: ['echo:inspekt']",
            "2:15: 'alternatives' names the unknown application 'inspekt'; did you mean 'inspect'? (there are: hello, inspect)"
        ),
        ("transport: x", "1:12: unknown transport 'x' (there are: plain, sealed)"),
        (
            "bind: 8000",
            "1:7: 'bind' has the address '8000': write 127.0.0.1:8000 for this machine alone, or :8000 for every interface"
        ),
        ("bind: [a:1, b:x]", "1:13: 'bind' has the address 'b:x': the port must be a number from 0 to 65535, not 'x'"),
        ("bind: []", "1:7: 'bind' must be an address or a list of addresses, not a list"),
        ("bind: [a:1, A:1]", "1:13: 'bind' has the address 'a:1' twice, first in line 1"),
        ("raw_env: [A]", "1:10: 'raw_env' must be NAME=VALUE, not 'A'"),
        ("workers: 1\nworkers: 2", "2:1: 'workers' is given twice, first in line 1"),
        ("{workers: 1, workers: 2}", "1:14: 'workers' is given twice, first in line 1"),
        ("cache:\n  age: 1\n  \"age\": 2", "3:4: 'age' is given twice, first in line 2"),
        ("<<: 3", "1:5: '<<' must be a mapping or a list of mappings, such as *base, not '3'"),
        ("<<: [{workers: 1}, 3]", "1:20: '<<' must be a mapping or a list of mappings, such as *base, not '3'"),
        ("<<:", "1:4: '<<' has no value: it must be a mapping or a list of mappings, such as *base"),
        ("'<<': {workers: 2}", "1:1: unknown setting '<<'"),
        ("<<: {workers: 2}\n<<: {backlog: 2}", "2:1: '<<' is given twice, first in line 1"),
        (
            "listeners:\n - &a { bind: 'a:1', backlog: x }\n - { <<: *a, bind: 'b:1' }",
            "2:31: 'backlog' must be a whole number from 1 to 65535, not 'x'"
        ),
        (
            "listeners:\n - &a { bind: 'a:1', bakclog: 5 }\n - { <<: *a, bind: 'b:1' }",
            "2:22: unknown setting 'bakclog' in a listener; did you mean 'backlog'?"
        ),
        ("- a", "1:1: the file must hold lines such as 'workers: 4'"),
        ("workers", "1:1: the file must hold lines such as 'workers: 4'"),
        ("[a]: 1", "1:1: a setting's name must be a text"),
        ("workers: 1\n\ttimeout: 3", "2:1: not YAML: a tab cannot indent a line; use spaces"),
        (
            "workers: [1\ntimeout: 3",
            "2:8: not YAML: did not find expected ',' or ']' while parsing a flow sequence that begins in line 1"
        ),
        ("a: *x", "1:4: not YAML: found undefined alias"),
        ("a: 1\n---\nb: 1", "2:1: not YAML: expected a single document in the stream but found another document"),
        ("é: \u{1}", "1:4: not YAML: control characters are not allowed"),
        ("cache: 3", "1:8: 'cache' must be a mapping of 'name: value' lines, not '3'"),
        ("cache: {entreis: 3}", "1:9: unknown setting 'entreis' in 'cache'; did you mean 'entries'?"),
        ("cache: {workers: 3}", "1:9: unknown setting 'workers' in 'cache'; it belongs at the top of the file"),
        ("cache: {entries: 0}", "1:18: 'entries' must be a whole number from 1 to 1000, not '0'"),
        ("cache: {folder: tmp}", "1:17: 'folder' must begin with /"),
        ("listeners: 3", "1:12: 'listeners' must be a list of entries such as '- { bind: \"127.0.0.1:8000\" }'"),
        ("listeners: []", "1:12: 'listeners' must be a list of entries such as '- { bind: \"127.0.0.1:8000\" }'"),
        ("listeners: [3]", "1:13: a listener must be a mapping such as { bind: \"127.0.0.1:8000\" }"),
        ("listeners: [{protocol: echo}]", "1:13: this listener has no 'bind': say where it listens"),
        (
            "listeners:\n - bind: a:1\n   protocl: echo",
            "3:4: unknown setting 'protocl' in a listener; did you mean 'protocol'?"
        ),
        (
            "listeners: [{bind: 'a:1', workers: 2}]",
            "1:27: unknown setting 'workers' in a listener; it belongs at the top of the file"
        ),
        (
            "listeners: [{bind: 'a:1', reuse_port: true}]",
            "1:27: unknown setting 'reuse_port' in a listener; write 'accept: reuseport'"
        ),
        ("listeners: [{bind: 'a:1', backlog: x}]", "1:36: 'backlog' must be a whole number from 1 to 65535, not 'x'"),
        ("listeners: [{bind: ['a:1']}]", "1:20: 'bind' must be an address: HOST:PORT, unix:PATH or fd://N, not a list"),
        ("listeners: [{bind: 'a:1'}, {bind: 'a:1'}]", "1:35: 'bind' has the address 'a:1' twice, first in line 1"),
        (
            "listeners: [{bind: 'a:1', cache: {age: x}}]",
            "1:40: 'age' must be a time of 0 or more, such as 30 (seconds), 1.5, 500ms, 2m or 1h, not 'x'"
        ),
        ("listeners: [{bind: 'a:1', cache: {folder: x}}]", "1:43: 'folder' must begin with /"),
        (
            "bind: 'a:1'\nlisteners: [{bind: 'b:1'}]",
            "1:7: 'bind' and 'listeners' both say where to listen; keep one of them"
        ),
    ])
    func isReportedAtItsPlace(_ yaml: String, _ message: String) {
        let invocation = Fixture.parse(yaml: yaml)
        #expect(invocation.mistakes == ["drover.yaml:" + message])
        #expect(invocation.report?.status == 1)
        #expect(invocation.report?.output == "")
    }

    @Test func areReportedAllAtOnceFromTopToBottom() {
        let yaml = """
            worker: 4
            workers: 2
            timeout: soon
            cache:
              age: 1
              age: 2
              size: big
            workers: 3
            protocol: smoke
            """
        let invocation = Fixture.parse("--backlog", "0", yaml: yaml, environment: ["DROVER_KEEPALIVE": "x"])
        let starts = invocation.mistakes.map { $0.split(separator: " ")[0] }
        #expect(
            starts == [
                "drover.yaml:1:1:", "drover.yaml:3:10:", "drover.yaml:6:3:", "drover.yaml:7:9:", "drover.yaml:8:1:",
                "drover.yaml:9:11:", "DROVER_KEEPALIVE:", "--backlog:",
            ])
        #expect(invocation.report?.errors.hasSuffix("shop: 8 mistakes in the settings, nothing started\n") == true)
    }

    @Test func areReportedThoughOverruled() {
        #expect(Fixture.parse("-w", "3", yaml: "workers: x").mistakes.count == 1)
    }

    @Test func areOneLineEachWhateverTheValueHolds() {
        let mistakes = Fixture.parse(yaml: "workers: |\n  3\n  4\nprotocol: \"a\\e\\x9bb\"").mistakes
        #expect(
            mistakes == [
                "drover.yaml:1:10: 'workers' must be 'auto' or a whole number from 1 to 1024, "
                    + "not '3\\n4\\n'",
                "drover.yaml:4:11: unknown protocol 'a\\u{1B}\\u{009B}b' (there are: greet, echo)",
            ])
    }

    @Test(arguments: ["", "\n", "# nothing here\n", "---\n", "---\n...\n", "~\n"])
    func noneIsAnEmptyFile(_ yaml: String) {
        #expect(Fixture.parse(yaml: yaml).loaded?.file == "drover.yaml")
    }
}
