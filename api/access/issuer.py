"""An identity provider's published keys: fetched, checked, remembered, and asked for seldom."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Mapping
from http.client import HTTPResponse
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, cast
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from jwt import PyJWK, PyJWKClient, PyJWTError

from api.access.oidc_settings import is_trustworthy

FRESH_SECONDS = 300.0
"""Keys are fetched anew once they are older than this; others sign in meanwhile with those there
are."""

KEPT_SECONDS = 3600.0
"""How long keys are used while the issuer cannot be reached."""

PATIENT_SECONDS = 10.0
"""How long to wait after asking the issuer before it is asked for a key that it did not name, or
asked at all if it did not answer."""

TIMEOUT_SECONDS = 3.0
LARGEST_ANSWER = 1 << 20
"""An issuer publishes some keys; a mebibyte holds hundreds of them."""

_log = logging.getLogger("okr.security")


class IssuerUnavailableError(Exception):
    """The issuer's keys are needed and cannot be had."""


class _Known(NamedTuple):
    """The keys there are by their ids, and when they were fetched."""

    keys: Mapping[str, PyJWK] = {}
    since: float = float("-inf")


class IssuerKeys:
    """The signing keys of one issuer. One instance serves many threads."""

    def __init__(self, issuer: str, jwks_uri: str = "") -> None:
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._known = _Known()
        self._asked = float("-inf")
        self._failed = False
        self._asking = Lock()

    def find(self, key_id: str) -> PyJWK | None:
        """The key of that id; None if the issuer publishes none.

        Raises IssuerUnavailableError where only the issuer could tell, and does not answer.
        """
        known, now = self._known, monotonic()
        key, age = known.keys.get(key_id), now - known.since
        if key is not None and age < FRESH_SECONDS:
            return key
        # One of those who call asks the issuer. Others wait for that only if it may tell them what
        # they need: not with a key that is good for a while, nor for an issuer that was silent.
        good = key is not None and age < KEPT_SECONDS
        if self._asking.acquire(blocking=not (good or self._failed)):
            try:
                self._ask_unless_just_done()
            finally:
                self._asking.release()
        return self._known_now(key_id)

    def _known_now(self, key_id: str) -> PyJWK | None:
        """What is known once the issuer was asked, or was asked so lately that it is let be."""
        known = self._known
        too_old = monotonic() - known.since >= KEPT_SECONDS
        key = None if too_old else known.keys.get(key_id)
        if key is None and self._failed:
            raise IssuerUnavailableError("The issuer of the tokens does not tell its keys.")
        return key

    def _ask_unless_just_done(self) -> None:
        if monotonic() - self._asked < PATIENT_SECONDS:
            return
        try:
            client = _Client(self._jwks_uri or self._discovered(), cache_jwk_set=False)
            keys = {str(key.key_id): key for key in client.get_signing_keys()}
            self._known, self._failed = _Known(keys, monotonic()), False
        except (
            PyJWTError,
            OSError,
            http.client.HTTPException,
            ValueError,
            RecursionError,
        ) as cause:
            self._failed = True
            _log.warning("the keys of %s cannot be fetched: %s", self._issuer, cause)
        finally:
            self._asked = monotonic()

    def _discovered(self) -> str:
        """Where the issuer says that its keys are. Raises ValueError for what no issuer says."""
        said = fetched(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != self._issuer:
            raise ValueError("its configuration is that of another issuer")
        where = said.get("jwks_uri")
        if not isinstance(where, str) or not is_trustworthy(where):
            raise ValueError("its configuration names no address of keys that can be trusted")
        return where


class _Client(PyJWKClient):
    """Fetches a set of keys, of bounded size and within bounded time."""

    def fetch_data(self) -> Any:
        return fetched(self.uri)


def _opener() -> OpenerDirector:
    """Asks over HTTP alone, and is led on to no address that the operator did not name."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def fetched(address: str) -> dict[str, Any]:
    """The JSON object at an address of the issuer.

    Raises OSError, HTTPException, or ValueError for an answer that is none or too large.
    """
    asking = Request(address, headers={"Accept": "application/json"})  # noqa: S310 - see _opener
    try:
        with _opener().open(asking, timeout=TIMEOUT_SECONDS) as answer:
            said = _read(answer)
    except HTTPError as refused:
        refused.close()
        raise URLError(f"{address} answers {refused.code}") from None
    if not isinstance(said, dict):
        raise ValueError(f"{address} answers with no JSON object")
    return cast("dict[str, Any]", said)


def _read(answer: HTTPResponse) -> Any:
    """The JSON of an answer that is small and does not dribble in."""
    said, ends = b"", monotonic() + TIMEOUT_SECONDS
    while stretch := answer.read1(LARGEST_ANSWER):
        said += stretch
        if len(said) > LARGEST_ANSWER or monotonic() > ends:
            raise ValueError("its answer is too large or too slow")
    return json.loads(said)
