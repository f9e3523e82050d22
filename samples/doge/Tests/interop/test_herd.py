"""Many long connections: which worker has them, and what becomes of them when workers come and go."""

import collections
import os
import signal
import time
import unittest

from mprpc import Client, request
from server import Server
from program import PROGRAM


def spread(clients):
    """How many connections each worker has, and the clients by worker."""
    by_worker = collections.defaultdict(list)
    for client in clients:
        by_worker[client.call("pid")].append(client)
    return by_worker


def connect(port, count):
    """So many connections, one after the other, as clients come; each has had one answer."""
    clients = []
    for _ in range(count):
        client = Client(port)
        client.call("sum", 1, 2)
        clients.append(client)
        # Who accepts depends on what the workers have told each other; a machine that is busy needs a moment for it.
        time.sleep(0.002)
    return clients


class Herd(unittest.TestCase):
    def distribution(self, accept):
        """400 connections on 4 workers, and again after two of them were killed and their clients came back."""
        with Server(PROGRAM, accept=accept, workers=4) as server:
            clients = connect(server.port, 400)
            first = spread(clients)
            victims = sorted(first)[:2]
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
            server.wait_for("event=worker_ready", 6)
            kept = [client for pid, held in first.items() if pid not in victims for client in held]
            lost = [client for pid in victims for client in first.get(pid, [])]
            for client in lost:
                client.socket.close()
            clients = kept + connect(server.port, len(lost))
            second = spread(clients)
            for client in clients:
                client.socket.close()
        counts = sorted(map(len, first.values())), sorted(map(len, second.values()))
        print(accept, *("/".join(map(str, part)) for part in counts), sep=", ")
        return counts

    def test_shared(self):
        for counts in self.distribution("shared"):
            self.assertEqual((len(counts), sum(counts)), (4, 400))
            self.assertLessEqual(counts[-1] - counts[0], 2, counts)

    def test_reuseport(self):
        first, second = self.distribution("reuseport")
        self.assertEqual((sum(first), sum(second)), (400, 400))

    def test_recycled_workers_lose_no_call(self):
        with Server(PROGRAM, "--max-requests", "200", workers=2) as server:
            answered = 0
            pids = set()
            client = Client(server.port)
            limit = time.monotonic() + 60
            # A successor is ready before a worker drains, which takes its time on a busy machine.
            while answered < 2_000 or len(pids) <= 4 and time.monotonic() < limit:
                try:
                    pids.add(client.call("pid"))
                    answered += 1
                except OSError:
                    # A worker that drains ends its connections between two calls.
                    client.socket.close()
                    client = Client(server.port)
            client.socket.close()
            self.assertGreater(len(pids), 4)

    def test_drain_loses_no_call(self):
        with Server(PROGRAM, "--graceful-timeout", "20", workers=2) as server:
            clients = connect(server.port, 1_000)
            for number, client in enumerate(clients):
                client.send(request(number, "sleep", 300 + number % 700) + request(-number - 2, "sum", number, 1))
            answers = [client.receive() for client in clients]
            server.terminate()
            answers += [client.receive() for client in clients]
            # The end comes after the last reply, as an end and not as a reset.
            ends = [client.receive() for client in clients]
            self.assertEqual(ends, [None] * 1_000)
            wrong = [answer for answer in answers if answer is None or answer[2] is not None]
            self.assertEqual(wrong, [])
            self.assertEqual(len({answer[1] for answer in answers}), 2_000)
            for client in clients:
                client.socket.close()
            server.assert_ended_well()

    def test_drain_ends_a_client_that_never_pauses(self):
        with Server(PROGRAM, "--graceful-timeout", "30", workers=1) as server:
            client = Client(server.port)
            sent, answered, farewells = 20, set(), 0
            client.send(b"".join(request(number, "sleep", 200) for number in range(sent)))
            server.terminate()
            began = time.monotonic()
            while (message := client.receive()) is not None:
                if message[1] == -1:
                    self.assertEqual(message, (1, -1, "draining", None))
                    farewells += 1
                    continue
                self.assertIsNone(message[2])
                answered.add(message[1])
                # Each answer is followed by the next call, as long as no server says that there should be none.
                if not farewells:
                    client.send(request(sent, "sleep", 200))
                    sent += 1
            self.assertEqual((farewells, answered), (1, set(range(sent))))
            self.assertLess(time.monotonic() - began, 15)
            client.socket.close()
            server.assert_ended_well()

    def test_drain_cuts_off_a_client_that_does_not_listen(self):
        with Server(PROGRAM, "--graceful-timeout", "30", workers=1) as server:
            client = Client(server.port)
            sent, answered = 20, set()
            # Never all at once, so that there is always one in progress.
            client.send(b"".join(request(number, "sleep", 100 + 17 * number) for number in range(sent)))
            server.terminate()
            began = time.monotonic()
            while (message := client.receive()) is not None:
                if message[1] >= 0:
                    answered.add(message[1])
                    client.send(request(sent, "sleep", 100 + 17 * (sent % 20)))
                    sent += 1
            self.assertLess(time.monotonic() - began, 15)
            # What was read was answered: none is missing in between.
            self.assertEqual(answered, set(range(len(answered))))
            self.assertGreater(len(answered), 40)
            client.socket.close()
            server.assert_ended_well()

    def test_drain_ends_idle_connections_at_once(self):
        with Server(PROGRAM, workers=2) as server:
            clients = connect(server.port, 50)
            began = time.monotonic()
            server.terminate()
            self.assertEqual([client.receive() for client in clients], [None] * 50)
            for client in clients:
                client.socket.close()
            server.assert_ended_well()
            self.assertLess(time.monotonic() - began, 5)
