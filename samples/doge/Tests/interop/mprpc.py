"""A client of MessagePack-RPC that sends and expects what doge's client on mprpc does, on plain sockets."""

import socket

import msgpack

REQUEST, RESPONSE, NOTIFY = 0, 1, 2


class RPCError(Exception):
    """The server's answer is an error."""


class RPCProtocolError(Exception):
    """The server's answer makes no sense."""


def pack(value):
    return msgpack.packb(value, use_bin_type=True)


def request(number, method, *arguments, meta=None):
    return pack([REQUEST, number, method, [meta or {}, *arguments]])


def notification(method, *arguments):
    return pack([NOTIFY, method, [{}, *arguments]])


class Client:
    """One connection, one call at a time; ids count from 1."""

    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unpacker = msgpack.Unpacker(raw=False, use_list=False, strict_map_key=False)
        self.number = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The next message; None at the end of the stream."""
        while True:
            for message in self.unpacker:
                return message
            data = self.socket.recv(65_536)
            if not data:
                return None
            self.unpacker.feed(data)

    def call(self, method, *arguments, meta=None):
        self.number += 1
        self.send(request(self.number, method, *arguments, meta=meta))
        return self.result(self.number)

    def result(self, number):
        response = self.receive()
        if response is None:
            raise OSError("the server has ended the connection")
        if not isinstance(response, tuple) or len(response) != 4 or response[0] != RESPONSE:
            raise RPCProtocolError(f"invalid response {response!r}")
        if response[1] != number:
            raise RPCProtocolError(f"invalid message id {response[1]} instead of {number}")
        # As mprpc does: whatever is false is no error.
        if response[2]:
            raise RPCError(str(response[2]))
        return response[3]
