"""The outbound guard: public addresses only, the very ones that were checked, and certificates always."""

import socket
import ssl
from pathlib import Path
from typing import Any

import httpcore
import pytest
import trustme

from bot.errors import Unreachable
from bot.fetch.transport import Deadline, GuardedBackend, is_global
from sources.base import Access, Follow
from tests.worlds.fault_plays import PAGE
from tests.worlds.fault_server import answer, faults
from tests.worlds.fault_source import HOME, make_fetcher, make_source

LIST = Follow(f"{HOME}/list")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1",
        "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_these_are_not_public(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "156.106.202.5", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_these_are_public(address: str) -> None:
    assert is_global(address)


def resolves_to(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let every name resolve to these addresses, one after the other; returns the names that were asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[min(len(asked), len(answers)) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", ["127.0.0.1", "100.64.0.1", "169.254.169.254", "10.0.0.8"])
def test_a_name_that_leads_inside_is_not_followed(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: connected.append(args))
    resolves_to(monkeypatch, address)
    with make_fetcher(tmp_path, "", mirrors={}) as fetcher:
        with pytest.raises(Unreachable, match=rf"data\.example\.org leads to {address}, which is no public address"):
            fetcher(LIST)
        assert fetcher.requests == 1
    assert connected == []


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolves_to(monkeypatch, "8.8.8.8", "127.0.0.1")
    connected: list[Any] = []

    def create_connection(address: Any, *args: Any, **more: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", create_connection)
    with pytest.raises(httpcore.ConnectError):
        GuardedBackend(Deadline(), frozenset()).connect_tcp("data.example.org", 443)
    assert (asked, connected) == (["data.example.org"], [("8.8.8.8", 443)])


def test_a_redirect_to_a_declared_host_is_checked_again(tmp_path: Path) -> None:
    plays = {"/list": answer(b"", "Location: https://127.0.0.1/secret", status="302 Found")}
    with faults(plays) as server:
        source = make_source(access=Access(hosts=("127.0.0.1",)))
        with make_fetcher(tmp_path, server.origin, source) as fetcher, pytest.raises(Unreachable, match="no public address"):
            fetcher(LIST)


def test_a_mirror_that_redirects_to_itself_means_the_original(tmp_path: Path) -> None:
    with faults({"/new": answer(PAGE)}) as server:
        server.plays["/list"] = answer(b"", f"Location: {server.origin}/new", status="302 Found")
        with make_fetcher(tmp_path, server.origin) as fetcher:
            got = fetcher(LIST)
    assert got is not None
    assert got.capture.url == f"{HOME}/new"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://data.example.org/x", "file:///etc/passwd", "https://data.example.org\\@elsewhere.example.com/", "https:///x", "list",
        "https://user@data.example.org/", "https://data.example.org:99999/", "https://data.example.org /", "https://elsewhere.example.com/",
        "https://data.example.org/\r\nX: y",
    ],
)  # fmt: skip
def test_strange_and_foreign_addresses_are_not_asked_for(url: str, tmp_path: Path) -> None:
    with faults({}) as server:
        with make_fetcher(tmp_path, server.origin) as fetcher, pytest.raises(Unreachable):
            fetcher(Follow(url))
        assert server.asked == []


def tls(ca: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_that_nobody_vouches_for_ends_the_fetch_at_once(tmp_path: Path) -> None:
    with faults({"/list": answer(PAGE)}, tls(trustme.CA(), "localhost"), "localhost") as server:
        with make_fetcher(tmp_path, server.origin) as fetcher:
            with pytest.raises(Unreachable, match=r"could not reach data\.example\.org: its certificate is not valid"):
                fetcher(LIST)
            assert fetcher.requests == 1
        assert server.asked == []


@pytest.mark.parametrize(("name", "good"), [("localhost", True), ("elsewhere.example.com", False)])
def test_the_certificate_is_checked_against_the_name(
    name: str, good: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with faults({"/list": answer(PAGE)}, tls(ca, name), "localhost") as server, make_fetcher(tmp_path, server.origin) as fetcher:
        if good:
            assert fetcher(LIST) is not None
        else:
            with pytest.raises(Unreachable, match=r"certificate is not valid \(Hostname mismatch"):
                fetcher(LIST)


def test_no_proxy_is_taken_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with faults({"/list": answer(PAGE)}) as server, make_fetcher(tmp_path, server.origin) as fetcher:
        assert fetcher(LIST) is not None
