"""A client that speaks TLS properly up to the end of the handshake, and then says what no client should.

    tls_hostile.py renegotiate PORT
    tls_hostile.py garbage PORT SEED CONNECTIONS

`renegotiate` talks to the protocol echo, `garbage` to anything. It needs tlslite-ng (scripts/setup-tlslite).
"""

import random
import socket
import sys

from tlslite.api import HandshakeSettings, TLSConnection
from tlslite.constants import AlertDescription, AlertLevel, ContentType
from tlslite.errors import TLSAbruptCloseError
from tlslite.messages import Message

TLS12, TLS13 = (3, 3), (3, 4)


def connect(port, version):
    """A connection whose handshake is complete."""
    settings = HandshakeSettings()
    settings.minVersion = settings.maxVersion = version
    client = TLSConnection(socket.create_connection(("127.0.0.1", port), 10))
    client.handshakeClientCert(settings=settings, serverName="localhost")
    return client


def say(client, kind, content):
    """Sends `content` sealed, as a record of a kind that it need not be."""
    for _ in client._recordLayer.sendRecord(Message(kind, bytearray(content))):
        pass


def hear(client):
    """The next record: its kind and its content."""
    for result in client._recordLayer.recvRecord():
        if result not in (0, 1):
            header, parser = result
            return header.type, bytes(parser.bytes)


def hello(chance):
    body = bytes((3, 3)) + chance.randbytes(32) + bytes((0, 0, 2, 0xC0, 0x2B, 1, 0))
    return bytes((1, 0, 0, len(body))) + body


# MARK: Renegotiation

def renegotiate(port):
    chance = random.Random(1)
    client = connect(port, TLS12)
    for round in range(5):
        say(client, ContentType.handshake, hello(chance))
        answer = hear(client)
        refusal = (ContentType.alert, bytes((AlertLevel.warning, AlertDescription.no_renegotiation)))
        print("refused" if answer == refusal else f"answered {answer}")
        text = b"round %d" % round
        say(client, ContentType.application_data, text)
        print("goes on" if hear(client) == (ContentType.application_data, text) else "does not go on")
    say(client, ContentType.alert, (AlertLevel.warning, AlertDescription.close_notify))
    print("farewell" if hear(client)[0] == ContentType.alert else "no farewell")


# MARK: Garbage

class Garbage:
    """What one client says after its handshake."""

    def __init__(self, chance):
        self.chance = chance
        self.kinds = [self.bytes, self.record, self.sealed, self.handshake, self.alerts, self.empty, self.half,
                      self.change, self.request]

    def bytes(self, client):
        client.sock.socket.sendall(self.chance.randbytes(self.chance.randrange(1, 3_000)))

    def record(self, client):
        body = self.chance.randbytes(self.chance.choice((0, 1, 17, 300, 16_384)))
        claimed = self.chance.choice((len(body), len(body), self.chance.randrange(65_536)))
        kind = self.chance.choice((20, 21, 22, 23, 24, self.chance.randrange(256)))
        client.sock.socket.sendall(bytes((kind, 3, 3, claimed >> 8, claimed & 255)) + body)

    def sealed(self, client):
        kind = self.chance.choice((20, 21, 22, 23, 24, 25, self.chance.randrange(256)))
        say(client, kind, self.chance.randbytes(self.chance.choice((0, 1, 2, 50, 4_000, 16_384, 16_385))))

    def handshake(self, client):
        # Requests to begin anew, tickets, new keys with and without an answer, ends of a handshake that is over.
        kind = self.chance.choice((0, 1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 254, self.chance.randrange(256)))
        body = self.chance.choice((b"", b"\0", b"\1", b"\2", self.chance.randbytes(200)))
        count = self.chance.choice((len(body), len(body), 1 << 23))
        message = bytes((kind,)) + count.to_bytes(3, "big") + body
        for _ in range(self.chance.choice((1, 1, 40))):
            say(client, ContentType.handshake, message)

    def alerts(self, client):
        for _ in range(self.chance.choice((1, 2, 100))):
            say(client, ContentType.alert, (self.chance.choice((1, 2, 77)), self.chance.randrange(256)))

    def empty(self, client):
        for _ in range(self.chance.choice((1, 31, 33, 200))):
            say(client, ContentType.application_data, b"")

    def half(self, client):
        say(client, ContentType.application_data, b"GET / HTTP/1.1\r\nHost: ")

    def change(self, client):
        for _ in range(self.chance.choice((1, 40))):
            client.sock.socket.sendall(bytes((20, 3, 3, 0, 1, 1)))

    def request(self, client):
        say(client, ContentType.application_data, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    def all(self, client):
        for _ in range(self.chance.randrange(1, 5)):
            self.chance.choice(self.kinds)(client)


def ends(raw):
    """Whether the server ends the connection once nothing more is said, politely or not."""
    try:
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(65_536):
            pass
    except socket.timeout:
        return False
    except OSError:
        pass
    return True


def garbage(port, seed, count):
    chance = random.Random(seed)
    left = []
    for number in range(count):
        client = connect(port, chance.choice((TLS12, TLS13)))
        try:
            Garbage(chance).all(client)
        except (OSError, TLSAbruptCloseError):
            # The server had enough before all was said.
            pass
        raw = client.sock.socket
        if not ends(raw):
            left.append(number)
        raw.close()
    print(f"{count} connections, {len(left)} without an end {left or ''}".rstrip())


def main():
    mode, port, numbers = sys.argv[1], int(sys.argv[2]), [int(word) for word in sys.argv[3:]]
    {"renegotiate": renegotiate, "garbage": garbage}[mode](port, *numbers)


main()
