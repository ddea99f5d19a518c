"""Where the server listens, and who may reach it there."""

from __future__ import annotations

import socket
import sys
from typing import Any

from api.commands.terminal import CommandFailed
from api.loopback import is_loopback

SHARES_PORTS = sys.platform == "linux"
"""Whether several sockets may listen at one address, with connections spread over them."""


def listen(host: str, port: int, *, shared: bool = False, signed_in: bool = False) -> socket.socket:
    """A listening socket. Without sign-in the history is served to this machine alone.

    With `signed_in` everybody who calls has to sign in, so any address will do. A `shared` one only
    holds the address, where others may listen too.
    """
    if not signed_in and not is_loopback(host):
        raise CommandFailed(
            f"{host} can be reached from other machines and anybody could write as anybody; "
            "set OKR_AUTH=keys or OKR_AUTH=oidc so that people sign in, or serve on 127.0.0.1."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        alone = bound(family, (host, port))
        if not (shared and SHARES_PORTS):
            return alone
        # Nobody else is there, which a socket that shares its address could not tell.
        address = alone.getsockname()
        alone.close()
        return bound(family, address, shared=True)
    except OSError as error:
        raise CommandFailed(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another "
            f"with --port, for instance --port {port + 1}."
        ) from None


def bound(family: int, address: Any, *, shared: bool = False) -> socket.socket:
    """A socket at an address. It listens at once, unless it is `shared`.

    Raises OSError where the address cannot be had.
    """
    # Connections are told not to hold small answers back only where they are known to be TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        if not shared:
            listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
