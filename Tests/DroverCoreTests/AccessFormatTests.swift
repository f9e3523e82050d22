import DroverCore
import DroverSystem
import Testing

@Suite struct AccessFormatTests {
    @Test(arguments: [
        ("%(h)s", [AccessStep.atom(.remote)]), ("", []), ("%%", [.text("%")]),
        ("a %(s)s b", [.text("a "), .atom(.status), .text(" b")]),
        ("%({X-Y}i)s%({Z}o)s", [.atom(.requestField("x-y")), .atom(.replyField("z"))]),
        ("%({HTTP_X_Y}e)s", [.atom(.requestField("x-y"))]), ("%({PATH_INFO}e)s", [.atom(.path)]),
        ("%(p)s", [.atom(.processInBrackets)]),
    ])
    func steps(_ text: String, _ steps: [AccessStep]) throws {
        #expect(try AccessFormat(text).steps == steps)
    }

    @Test(arguments: [
        ("%(z)s", 1, "unknown atom '%(z)s'"), ("ab %(z)s", 4, "unknown atom"), ("50% off", 3, "begins no atom"),
        ("%(h", 1, "without its ')'"), ("%(h)", 1, "without the 's'"), ("%(h)x", 1, "without the 's'"),
        ("%", 1, "begins no"),
        ("%h", 1, "begins no atom"), ("%({}i)s", 1, "unknown atom"), ("%({X}z)s", 1, "unknown atom"),
        (
            "%({sni}x)s", 1,
            "(there are: {version}x, {cipher}x, {alpn}x, {server_name}x, {resumed}x, {client_subject}x, {client_names}x, "
                + "{client_verify}x)"
        ),
        ("%({X)s", 1, "unknown atom"), ("é%(z)s", 2, "unknown atom"), ("%()s", 1, "unknown atom"),
    ])
    func mistakes(_ text: String, _ position: Int, _ problem: String) {
        do {
            _ = try AccessFormat(text)
            Issue.record("\(text) is no format")
        } catch {
            #expect(error.position == position)
            #expect(error.description.contains(problem), "\(error)")
            #expect(error.description.hasSuffix("at its character \(position)"))
        }
    }

    @Test func names() throws {
        for name in AccessFormat.names { #expect(try AccessFormat(name).steps.count > 8) }
        #expect(try AccessFormat("json").isObject)
        #expect(try AccessFormat("json").contains(.queueMicroseconds))
        #expect(try !AccessFormat("combined").contains(.queueMicroseconds))
    }

    @Test(arguments: [
        ("syslog", SocketAddress.unix("/dev/log")), ("syslog:unix:/run/x", .unix("/run/x")),
        ("syslog:udp:127.0.0.1:514", .ipv4(0x7F00_0001, port: 514)),
        ("syslog:udp:[::1]:5140", .ipv6(high: 0, low: 1, port: 5_140, scope: 0)),
    ])
    func receivers(_ text: String, _ address: SocketAddress) throws {
        #expect(try SyslogReceiver(text)?.address == address)
    }

    @Test func whatIsNoReceiver() throws {
        for path in ["access.log", "./syslog", "/var/log/syslog", "-", "syslogs"] {
            #expect(try SyslogReceiver(path) == nil)
        }
        for text in [
            "syslog:x", "syslog:udp:", "syslog:udp:127.0.0.1", "syslog:udp:127.0.0.1:0", "syslog:unix:",
            "syslog:udp::514",
        ] {
            #expect(throws: SyslogReceiverError.self) { try SyslogReceiver(text) }
        }
    }
}
