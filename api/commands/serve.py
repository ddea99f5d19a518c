"""`okr serve`: the HTTP interface."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import uvicorn

from api.app import create_app
from api.commands.opening import build_views, opened
from api.commands.terminal import CommandFailed, err
from api.settings import Settings

HOST, PORT = "127.0.0.1", 8000


def serve(chosen: Settings, host: str = HOST, port: int = PORT) -> None:
    """Serve a history until interrupted. Raises CommandFailed where the port cannot be had."""
    listener = listen(host, port)
    with listener, opened(chosen) as history:
        build_views(history)
        shown = f"[{host}]" if ":" in host else host
        err.print(f"Serving {chosen.where} on http://{shown}:{port} (Ctrl-C ends it)", markup=False)
        config = uvicorn.Config(
            create_app(history, local_only=True), log_level="warning", lifespan="on"
        )
        uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Without sign-in the history is served to this machine alone."""
    if not _is_loopback(host):
        raise CommandFailed(
            f"{host} can be reached from other machines and anybody could write as anybody; "
            "serve on 127.0.0.1 and put a proxy with sign-in in front."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Connections are told not to hold small answers back only where they are known to be TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise CommandFailed(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another "
            f"with --port, for instance --port {port + 1}."
        ) from None
    return listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
