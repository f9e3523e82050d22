"""Calls, errors and limits as a client of doge's sees them."""

import socket
import unittest

from mprpc import Client, RPCError, notification, pack, request
from server import Server
from program import PROGRAM

# A value of every kind that Python's msgpack has, with the widths at which the form changes.
VALUES = [
    None, True, False, 0, 127, 128, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1, -1, -32,
    -33, -128, -129, -32_768, -32_769, -2**31, -2**31 - 1, -2**63, 1.5, -0.0, 1e300, "", "a" * 31, "é" * 16, "a" * 256,
    "a" * 65_536, b"", b"\0\xff", b"b" * 256, b"b" * 65_536, (), (1, ("x", b"y"), {}), tuple(range(16)),
    tuple(range(65_536)), {}, {"a": 1}, {1: {"b": (None,)}}, {str(key): key for key in range(70_000)},
]


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(PROGRAM, configuration="doge: { max_message: 4m }\n")

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        # The method that fails is logged as the server's mistake; nothing that a client does wrong is.
        cls.server.assert_ended_well(but="method=fail")
        cls.server.__exit__()

    def client(self):
        client = Client(self.server.port)
        self.addCleanup(client.socket.close)
        return client

    def test_methods(self):
        client = self.client()
        for method, arguments, result in [
            ("sum", (1, 2), 3), ("sum", (-2**62, -2**62), -2**63), ("greet", ("Ann",), "Ann"),
            ("greet", ("Ann", "Dr"), "Dr Ann"), ("greet", ("é", None), "é"), ("reverse", (b"\0\1\xff",), b"\xff\1\0"),
            ("half", (3.0,), 1.5), ("half", (3,), 1.5), ("mirror", ({"x": 1, "y": 2},), {"x": 2, "y": 1}),
            ("count", ({"a": 1, "b": 2},), 3), ("divide", (7, 2), 3), ("sleep", (1,), 1),
        ]:
            with self.subTest(method=method, arguments=arguments):
                self.assertEqual(client.call(method, *arguments), result)

    def test_every_value(self):
        client = self.client()
        for value in VALUES:
            with self.subTest(value=repr(value)[:60]):
                self.assertEqual(client.call("echo", value), value)
                self.assertIs(type(client.call("echo", value)), type(value))

    def test_meta(self):
        client = self.client()
        self.assertEqual(client.call("meta", meta={"a": "b"}), {"a": "b"})
        # Without a map in front there is no meta, and all of them are arguments.
        client.send(pack([0, 2, "sum", [1, 2]]))
        self.assertEqual(client.result(2), 3)
        client.send(pack([0, 3, "mirror", [{"x": 1, "y": 2}]]))
        self.assertEqual(client.result(3), {"x": 2, "y": 1})

    def test_errors_keep_the_connection(self):
        client = self.client()
        for method, arguments, error in [
            ("nope", (), "no such method: nope"), ("_sum", (1, 2), "no such method: _sum"),
            ("divide", (1, 0), "division by zero"), ("fail", (), "internal error"), ("empty", (), "error"),
            ("sum", (1,), "argument 2 is missing"), ("sum", ("1", 2), "argument 1: a string instead of an integer"),
            ("sum", (1, 2, 3), "the method takes 2 arguments, and 3 were given"),
            ("mirror", ({"x": 1},), "argument 1: the map has no 'y'"),
            ("mirror", ({"x": 1, "y": "2"},), "argument 1.y: a string instead of an integer"),
            ("impatient", (), "the call took longer than 50 ms"),
        ]:
            with self.subTest(method=method):
                with self.assertRaises(RPCError) as raised:
                    client.call(method, *arguments)
                self.assertEqual(str(raised.exception), error)
                self.assertEqual(client.call("sum", 1, 2), 3)

    def test_no_message(self):
        client = self.client()
        for value, number, error in [
            (5, -1, "Invalid protocol"), ({"a": 1}, -1, "Invalid protocol"),
            ([0, 7, "sum"], 7, "Invalid protocol: a message of type 0 has no 3 parts"),
            ([9, 7, "sum", []], -1, "Invalid protocol: there is no message of type 9"),
        ]:
            client.send(pack(value))
            self.assertEqual(client.receive(), (1, number, error, None))
        client.send(pack([1, 5, None, "an answer without a call"]))
        self.assertEqual(client.call("sum", 1, 2), 3)

    def test_nonsense_ends_the_connection(self):
        client = self.client()
        client.send(request(1, "sum", 1, 2) + b"\x94\x00\xc1" + request(2, "sum", 1, 2))
        self.assertEqual(client.result(1), 3)
        self.assertEqual(client.receive(), (1, -1, "Invalid protocol: the byte 0xC1 means nothing, at 2", None))
        self.assertIsNone(client.receive())

    def test_limits(self):
        for start, error in [
            (b"\x94\x00\x01\xdb\xff\xff\xff\xff", "a message is longer than 4194304 bytes (doge.max_message)"),
            (b"\xdd\xff\xff\xff\xff", "a message is longer than 4194304 bytes (doge.max_message)"),
            (b"\x91" * 100, "arrays and maps lie more than 64 deep (doge.max_depth)"),
        ]:
            client = self.client()
            client.send(start)
            self.assertEqual(client.receive(), (1, -1, "Invalid protocol: " + error, None))
            self.assertIsNone(client.receive())

    def test_pipelined(self):
        client = self.client()
        client.send(b"".join(request(number, "sum", number, 1) for number in range(5_000)))
        for number in range(5_000):
            self.assertEqual(client.result(number), number + 1)

    def test_split_at_every_byte(self):
        client = self.client()
        data = (request(1, "sum", 1, 2) + notification("sum", 1, 2) + request(2, "reverse", b"x" * 40)
                + request(3, "sleep", 1) + request(4, "nope"))
        for place in range(1, len(data)):
            client.send(data[:place])
            # A call of its own makes sure that both parts do not arrive as one.
            with Client(self.server.port) as other:
                other.call("sum", 1, 2)
            client.send(data[place:])
            answers = sorted(client.receive() for _ in range(4))
            self.assertEqual([answer[1] for answer in answers], [1, 2, 3, 4])
        for byte in data:
            client.send(bytes([byte]))
        self.assertEqual(sorted(client.receive()[1] for _ in range(4)), [1, 2, 3, 4])

    def test_notifications_are_not_answered(self):
        client = self.client()
        client.send(notification("sum", 1, 2) + notification("nope") + notification("sleep", 1) + notification("fail"))
        self.assertEqual(client.call("sum", 1, 2), 3)

    def test_as_they_finish(self):
        client = self.client()
        client.send(request(1, "sleep", 300) + request(2, "sleep", 30) + request(3, "sum", 1, 2))
        self.assertEqual([client.receive()[1] for _ in range(3)], [3, 2, 1])

    def test_half_closed_client_gets_its_answers(self):
        client = self.client()
        client.send(request(1, "sleep", 50) + request(2, "sum", 1, 2))
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(sorted(client.receive()[1] for _ in range(2)), [1, 2])
        self.assertIsNone(client.receive())

    def test_browser(self):
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as browser:
            browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while data := browser.recv(4096):
                answer += data
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 Bad Request\r\n"), answer)
        self.assertIn(b"This port speaks MessagePack-RPC, not HTTP.", answer)


class Configurations(unittest.TestCase):
    def test_order_of_requests(self):
        with Server(PROGRAM, configuration="doge: { order: request }\n") as server, Client(server.port) as client:
            client.send(request(1, "sleep", 200) + request(2, "sleep", 5) + request(3, "sum", 1, 2))
            self.assertEqual([client.receive()[1] for _ in range(3)], [1, 2, 3])

    def test_concurrent_calls(self):
        with Server(PROGRAM, configuration="doge: { max_concurrent_calls: 2 }\n") as server:
            with Client(server.port) as client:
                client.send(request(1, "sleep", 200) + request(2, "sleep", 200) + request(3, "sum", 1, 2))
                # The third has to wait until one of the others has ended.
                self.assertNotEqual(client.receive()[1], 3)
                self.assertIn(3, [client.receive()[1] for _ in range(2)])

    def test_any_worker_class_answers_one_after_another(self):
        for worker_class in ("async", "threads", "sync"):
            with self.subTest(worker_class), Server(PROGRAM, worker_class=worker_class) as server:
                with Client(server.port) as client:
                    client.send(request(1, "sleep", 50) + request(2, "sum", 1, 2) + request(3, "nope"))
                    self.assertEqual([client.receive()[1] for _ in range(3)], [1, 2, 3])
                server.terminate()
                server.assert_ended_well()

    def test_metrics_of_all_workers(self):
        with Server(PROGRAM, environment={"DOGE_LAB_FILTERS": "1"}, workers=3) as server:
            clients = [Client(server.port) for _ in range(12)]
            self.assertEqual(len({client.call("pid") for client in clients}), 3)
            for client in clients:
                with self.assertRaises(RPCError):
                    client.call("divide", 1, 0)
            text = clients[0].call("metrics")
            self.assertIn("doge_server_started_total 25\n", text)
            self.assertIn('doge_server_handled_total{code="0"} 12\n', text)
            self.assertIn('doge_server_handled_total{code="1"} 12\n', text)
            for client in clients:
                client.socket.close()
