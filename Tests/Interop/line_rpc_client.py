"""Python's aiorpcX as a client of the lab's methods: calls, batches, errors and notifications. usage: PORT [AUTHORITY]

With the certificate of an authority it speaks TLS.
"""

import asyncio
import ssl
import sys

from aiorpcx import BatchError, Notification, RPCError, RPCSession, connect_rs


class Client(RPCSession):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.heard = asyncio.Queue()

    async def handle_request(self, request):
        assert isinstance(request, Notification), request
        self.heard.put_nowait((request.method, request.args))


async def refused(code, call):
    try:
        answer = await call
    except RPCError as error:
        assert error.code == code, error
        return error.message
    raise AssertionError(f"no error but {answer!r}")


async def calls(session):
    assert await session.send_request("sum", [20, 22]) == 42
    assert await session.send_request("sum", {"x": 1, "y": 2}) == 3
    assert await session.send_request("ping") == "pong"
    tree = [{"a": [1, 2.5, None, True, "é\n\"\\/€😀"], "b": {}}]
    assert await session.send_request("echo", tree) == tree
    assert await session.send_request("greet", {"name": "Ada", "age": 36}) == "Hello, Ada, 36"
    assert "sum" in await session.send_request("methods")
    assert len(await session.send_request("big", [300_000])) == 300_000
    await session.send_notification("log", ["one"])
    await session.send_notification("nothing")
    assert await session.send_request("heard") == ["one"]


async def errors(session):
    await refused(-32601, session.send_request("nothing"))
    assert "'y'" in await refused(-32602, session.send_request("sum", [1]))
    await refused(-32602, session.send_request("sum", {"x": 1, "z": 2}))
    assert "laboratory" not in await refused(-32603, session.send_request("fail", [False]))
    await refused(7, session.send_request("fail", [True]))
    await refused(-32000, session.send_request("late", [30_000]))


async def overlapping(session):
    order = []

    async def wait(milliseconds):
        order.append(await session.send_request("wait", [milliseconds, str(milliseconds)]))

    await asyncio.gather(*(wait(milliseconds) for milliseconds in (600, 300, 1)))
    assert order == ["1", "300", "600"], order


async def batches(session):
    async with session.send_batch() as batch:
        batch.add_request("wait", [50, "slow"])
        batch.add_notification("log", ["two"])
        batch.add_request("nothing")
        for number in range(30):
            batch.add_request("sum", [number, 1])
    first, second, *rest = batch.results
    assert first == "slow" and isinstance(second, RPCError) and second.code == -32601
    assert rest == [number + 1 for number in range(30)]
    try:
        async with session.send_batch(raise_errors=True) as batch:
            batch.add_request("nothing")
    except BatchError:
        pass
    else:
        raise AssertionError("the batch's error was lost")
    async with session.send_batch() as batch:
        batch.add_request("heard")
    assert batch.results[0] == ["one", "two"]


async def notifications(session):
    assert await session.send_request("subscribe", [3]) == 3
    assert await session.send_request("later", [50]) is True
    heard = [await session.heard.get() for _ in range(4)]
    assert heard == [("tick", [1]), ("tick", [2]), ("tick", [3]), ("later", {"name": "x"})], heard


async def main():
    secure = {"ssl": ssl.create_default_context(cafile=sys.argv[2]), "server_hostname": "localhost"} if sys.argv[2:] else {}
    async with connect_rs("127.0.0.1", int(sys.argv[1]), session_factory=Client, **secure) as session:
        for part in (calls, errors, overlapping, batches, notifications):
            await part(session)
            print(part.__name__, flush=True)
        print("waiting", flush=True)
        method, _ = await session.heard.get()
        assert method == "rpc.draining", method
        print("drained", flush=True)


asyncio.run(asyncio.wait_for(main(), 60))
