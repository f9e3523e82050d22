"""aiorpcX's server with the one method `sum`: aiorpcx-sum.py PORT."""

import asyncio
import sys

from aiorpcx import RPCSession, handler_invocation, serve_rs


async def add(x, y):
    return x + y


class Session(RPCSession):
    # It slows clients down that ask a lot; here that is what is measured.
    cost_soft_limit = cost_hard_limit = 0

    async def handle_request(self, request):
        return await handler_invocation({"sum": add}.get(request.method), request)()


async def main():
    server = await serve_rs(Session, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
