"""doge on gunicorn and gevent, as far as it can still be had: mprpc does not build for this Python any more.

Its worker class takes the connection from gunicorn's gevent worker and loops over its messages, as doge's does: one
greenlet a connection, msgpack's unpacker in C, the meta taken off the arguments, a request and a response made for the
filters even where there are none, a reply sent for each call. Unlike doge's it answers all calls of a segment.
"""

import msgpack
from gunicorn.workers.ggevent import GeventWorker


class Service:
    def sum(self, x, y):
        return x + y


class Request:
    def __init__(self, method, arguments, meta):
        self.method, self.arguments, self.meta = method, arguments, meta


class Response:
    def __init__(self, value=None, exception=None):
        self.value, self.exception = value, exception


class Server:
    """What doge puts between mprpc's loop and the methods."""

    def __init__(self):
        self.methods = Service()

    def execute(self, request):
        try:
            return Response(getattr(self.methods, request.method)(*request.arguments))
        except Exception as error:
            return Response(exception=error)

    def answer(self, name, arguments):
        if name.startswith("_") or not hasattr(self.methods, name):
            raise LookupError(f"Method not found: {name}")
        response = self.execute(Request(name, arguments[1:], arguments[0]))
        if response.exception:
            raise response.exception
        return response.value


class DogeWorker(GeventWorker):
    def handle(self, listener, client, address):
        client.setblocking(1)
        server = Server()
        unpacker = msgpack.Unpacker(raw=False, use_list=False)
        pack = msgpack.Packer(use_bin_type=True).pack
        try:
            while data := client.recv(1 << 20):
                unpacker.feed(data)
                for _, number, name, arguments in unpacker:
                    try:
                        reply = (1, number, None, server.answer(name, arguments))
                    except Exception as error:
                        reply = (1, number, str(error), None)
                    client.sendall(pack(reply))
        except OSError:
            pass
        finally:
            client.close()


def application(environment, start_response):
    """gunicorn will not start without one; nobody calls it."""
    raise NotImplementedError
