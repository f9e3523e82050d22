"""doge on gunicorn and gevent, as far as it can still be had: mprpc does not build for this Python any more.

Its worker class takes the connection from gunicorn's gevent worker and loops over its messages, as doge's does: one
greenlet a connection, msgpack's unpacker in C, the meta taken off the arguments, a reply sent for each call.
"""

import msgpack
from gunicorn.workers.ggevent import GeventWorker


class Service:
    def sum(self, x, y):
        return x + y


class DogeWorker(GeventWorker):
    def handle(self, listener, client, address):
        service = Service()
        unpacker = msgpack.Unpacker(raw=False, use_list=False)
        pack = msgpack.Packer(use_bin_type=True).pack
        while True:
            data = client.recv(1 << 20)
            if not data:
                return client.close()
            unpacker.feed(data)
            for kind, number, name, arguments in unpacker:
                if kind != 0 or name.startswith("_"):
                    return client.close()
                try:
                    reply = (1, number, None, getattr(service, name)(*arguments[1:]))
                except Exception as error:
                    reply = (1, number, str(error), None)
                client.sendall(pack(reply))


def application(environment, start_response):
    """gunicorn will not start without one; nobody calls it."""
    raise NotImplementedError
