"""Large answers travel packed, each as a representation of its own, and streams bit by bit."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.compression import packing
from tests.api.office import Json, Office
from tests.processes.serving import Serving

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def people(office: Office) -> str:
    """The path of a list that is large enough."""
    for number in range(20):
        office.person(f"Person {number}")
    return "/v1/people"


def test_a_large_answer_is_packed_for_whoever_takes_it(client: TestClient, people: str) -> None:
    plain = client.get(people, headers=PLAIN)
    packed = client.get(people, headers=PACKED)
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.json()["items"] == plain.json()["items"]
    zipped = client.get(people, headers={"Accept-Encoding": "zstd, gzip, br"})
    assert (zipped.headers["content-encoding"], zipped.headers["etag"][-6:]) == ("zstd", '-zstd"')
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("gzip, zstd", "zstd"),
        ("gzip, zstd;q=0.9", "gzip"),
        ("*", "zstd"),
        ("*, zstd;q=0", "gzip"),
        ("GZIP;q=0.1", "gzip"),
        ("gzip;q=0, *;q=0.2", "zstd"),
        ("br, deflate", None),
        ("", None),
        ("zstd;q=2", None),
    ],
)
def test_what_is_liked_best_is_taken(accept: str, wanted: str | None) -> None:
    assert packing(accept) == wanted


@pytest.mark.parametrize("refusing", ["gzip;q=0", "br, gzip; q=0.0, identity", "*;q=0"])
def test_who_refuses_gzip_gets_none(client: TestClient, people: str, refusing: str) -> None:
    answer = client.get(people, headers={"Accept-Encoding": refusing})
    assert "content-encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["vary"]
    assert answer.json()["items"]


def test_packed_and_plain_have_tags_of_their_own_that_mean_the_same_state(
    client: TestClient, people: str
) -> None:
    zipping = {"Accept-Encoding": "zstd"}
    plain = client.get(people, headers=PLAIN).headers["etag"]
    packed = client.get(people, headers=PACKED).headers["etag"]
    zipped = client.get(people, headers=zipping).headers["etag"]
    assert (packed, zipped) == (f'{plain[:-1]}-gzip"', f'{plain[:-1]}-zstd"')
    for tag in (plain, packed, zipped):
        for wanted in (PLAIN, PACKED, zipping):
            same = client.get(people, headers={"If-None-Match": tag, **wanted})
            assert (same.status_code, same.headers["etag"]) == (304, tag)
            assert "Accept-Encoding" in same.headers["vary"]
    head = client.head(people, headers=PACKED)
    assert (head.headers["etag"], head.headers["content-encoding"]) == (packed, "gzip")


def test_the_tag_of_a_packed_answer_makes_a_write_conditional(
    client: TestClient, office: Office, unit: Json
) -> None:
    path = f"/v1/units/{unit['id']}"
    office.patch(path, name="A" * 200)
    for _ in range(10):
        person = office.person()
        office.post(f"{path}/members", person_id=person["id"])
    tag = client.get(path, headers=PACKED).headers["etag"]
    assert tag.endswith('-gzip"')
    renamed = client.patch(path, json={"name": "Acme 2"}, headers={"If-Match": tag})
    assert renamed.status_code == 200
    again = client.patch(path, json={"name": "Acme 3"}, headers={"If-Match": tag})
    assert again.status_code == 412


@pytest.mark.parametrize("packing", ["zstd", "gzip"])
def test_a_stream_of_nothing_can_be_read(client: TestClient, packing: str) -> None:
    headers = {"Accept": "application/jsonl", "Accept-Encoding": packing}
    assert client.get("/v1/people", headers=headers).content == b""


def test_small_answers_stay_plain(client: TestClient) -> None:
    answer = client.get("/v1/people", headers=PACKED)
    assert "content-encoding" not in answer.headers


def test_lines_can_be_unpacked_as_they_come_and_events_are_never_packed(tmp_path: Path) -> None:
    with Serving(f"sqlite:///{tmp_path / 'okr.db'}", tmp_path) as server:
        for number in range(30):
            made = server.client.post("/v1/people", json={"name": f"Person {number}"})
            assert made.status_code == 201
        live = {"Accept": "text/event-stream", **PACKED}
        with server.client.stream("GET", "/v1/events", headers=live) as stream:
            assert "content-encoding" not in stream.headers
            assert next(stream.iter_raw()).startswith(b"retry:")
        asked = {"Accept": "application/jsonl", **PACKED}
        with server.client.stream("GET", "/v1/events", headers=asked) as stream:
            assert stream.headers["content-encoding"] == "gzip"
            bits = stream.iter_raw()
            # Nothing of a bit is kept back, so that what has come is whole lines.
            first = zlib.decompressobj(31).decompress(next(bits))
            assert first.startswith(b"{")
            assert first.endswith(b"\n")
        asked = {"Accept": "application/jsonl", "Accept-Encoding": "zstd"}
        with server.client.stream("GET", "/v1/events", headers=asked) as stream:
            assert stream.headers["content-encoding"] == "zstd"
            first = zstd.ZstdDecompressor().decompress(next(stream.iter_raw()))
            assert (first[:1], first[-1:]) == (b"{", b"\n")
