"""How the server reads HTTP, and what it answers where it cannot."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.access.lasting import CUT_OFF
from api.problems import MEDIA_TYPE, MalformedRequestError
from api.wire import SAFE_HEADERS

_DETAIL = (
    "The request line or a header is no HTTP. In an address everything but plain ASCII is "
    "percent-encoded: 目 is %E7%9B%AE."
)


class Protocol(HttpToolsProtocol):
    """Answers what is no request with a problem, as everything else that is refused; lets the app
    cut an answer off."""

    def on_headers_complete(self) -> None:
        """Put into each request how its answer is cut off, before anybody sees it."""
        super().on_headers_complete()
        self.scope["extensions"] = {CUT_OFF: {"cut": partial(_cut_off, self.cycle)}}

    def send_400_response(self, msg: str) -> None:
        """Say what may be wrong; where it is, the parser does not tell. The connection ends."""
        del msg
        problem, request_id = MalformedRequestError.problem, str(uuid4())
        body = orjson.dumps(
            {
                "type": problem.type,
                "title": problem.title,
                "status": problem.status,
                "detail": _DETAIL,
                "instance": request_id,
            }
        )
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"x-request-id", request_id.encode()),
            *SAFE_HEADERS,
            (b"connection", b"close"),
        ]
        head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + b"\r\n" + body)
        self.transport.close()


def _cut_off(cycle: RequestResponseCycle) -> None:
    """Break the connection, and have nothing more sent or expected, as where the caller left."""
    cycle.disconnected = True
    cycle.transport.abort()
