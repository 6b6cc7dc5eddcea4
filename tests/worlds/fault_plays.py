"""Plays of the server of faults, by path, with the outcome that a fetch of each must have."""

import gzip
import io
import socket
import struct
import time
import zipfile
import zlib
from contextlib import suppress

import brotli

from bot.errors import Refused, Unreachable
from tests.worlds.fault_server import Play, Request, answer, in_turn

PAGE = b"<!doctype html><html lang='en'><title>Committees</title><table><tr><td>TC 1</td></tr></table></html>"
GIGABYTE = 1 << 30


def drip(request: Request, wire: socket.socket) -> None:
    """A byte now and then, for ever."""
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(600):
        time.sleep(0.05)
        wire.sendall(b"<")


def drip_headers(request: Request, wire: socket.socket) -> None:
    """Headers that never end."""
    wire.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(600):
        time.sleep(0.05)
        wire.sendall(b"a")


def silence(request: Request, wire: socket.socket) -> None:
    """Half a page, then nothing, the connection open."""
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>")
    with suppress(OSError):
        wire.settimeout(30)
        wire.recv(1)


def reset(request: Request, wire: socket.socket) -> None:
    """A reset in the middle of the body."""
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>half of it")
    time.sleep(0.05)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def short(request: Request, wire: socket.socket) -> None:
    """Fewer bytes than announced, and a clean end."""
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n" + PAGE)


def cut_chunks(request: Request, wire: socket.socket) -> None:
    """Chunked, without the last chunk."""
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n")


def old_http(request: Request, wire: socket.socket) -> None:
    """HTTP/1.0 without a length: the end of the connection is the end of the page."""
    wire.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE)


def no_http(request: Request, wire: socket.socket) -> None:
    """Another protocol."""
    wire.sendall(b"220 mail.example.org ESMTP\r\n\r\n")


def bomb(request: Request, wire: socket.socket) -> None:
    """Two gigabytes of zeros behind two megabytes of gzip: one compressed block, sent again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    head = packer.compress(b"<html>") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + head)
    for _ in range(2 * GIGABYTE // (1 << 20)):
        wire.sendall(block)


def brotli_bomb(request: Request, wire: socket.socket) -> None:
    """Three hundred megabytes behind some bytes of Brotli."""
    packer = brotli.Compressor(quality=1)
    packed = b"".join(packer.process(b"<html>" + bytes(1 << 20)) for _ in range(300)) + packer.finish()
    answer(packed, "Content-Encoding: br")(request, wire)


def zip_bomb() -> bytes:
    """Return a ZIP file of some kilobytes with a file of ten megabytes in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.html", bytes(10 << 20))
    return out.getvalue()


def cut_gzip(request: Request, wire: socket.socket) -> None:
    """A gzip stream that ends early within a proper answer."""
    answer(gzip.compress(PAGE * 50)[:-20], "Content-Encoding: gzip")(request, wire)


def conditional(request: Request, wire: socket.socket) -> None:
    """304 to whoever has the page, always with a new ETag."""
    known = request.headers.get("if-none-match") == f'"v{request.n - 1}"'
    tag = f'ETag: "v{request.n}"'
    (answer(b"", tag, status="304 Not Modified") if known else answer(PAGE, tag))(request, wire)


F5 = b"""<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your
administrator.<br><br>Your support ID is: 1234567890</body></html>"""
CHALLENGE = b"""<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>
<script>window._cf_chl_opt = {cvId: '3'};</script></body></html>"""
LOGIN = b"""<html lang="en"><head><title>Sign in to continue</title></head><body><form action="/x">
<input type="password"></form></body></html>"""
MISSING = b"<html lang='en'><head><title>\n The Publication selected is not available </title></head><body></body></html>"

PLAYS: dict[str, Play] = {
    "/drip": drip,
    "/drip-headers": drip_headers,
    "/silence": silence,
    "/reset": reset,
    "/short": short,
    "/cut-chunks": cut_chunks,
    "/cut-gzip": cut_gzip,
    "/old-http": old_http,
    "/no-http": no_http,
    "/bomb": bomb,
    "/bomb-br": brotli_bomb,
    "/bomb-zstd": answer(bytes.fromhex("28b52ffd"), "Content-Encoding: zstd"),
    "/bomb-zip": answer(zip_bomb(), type="application/zip"),
    "/bomb-zip-as-html": answer(zip_bomb()),
    "/nul": answer(bytes(1 << 20)),
    "/500-twice": in_turn(answer(b"oops", status="500 Oops"), answer(b"oops", status="502 Oops"), answer(PAGE)),
    "/500": answer(b"oops", status="500 Oops"),
    "/429-soon": in_turn(answer(b"", "Retry-After: 1", status="429 Slow"), answer(PAGE)),
    "/429-later": answer(b"", "Retry-After: 7200", status="429 Slow"),
    "/loop": answer(b"", "Location: /loop", status="302 Found"),
    "/foreign": answer(b"", "Location: https://elsewhere.example.com/", status="301 Moved"),
    "/404": answer(b"<html>gone</html>", status="404 Not Found"),
    "/f5": answer(F5),
    "/f5-500": answer(F5, status="500 Internal Server Error"),
    "/cloudflare-200": answer(CHALLENGE),
    "/cloudflare-403": answer(CHALLENGE, "cf-mitigated: challenge", status="403 Forbidden"),
    "/aws-202": answer(b"", "x-amzn-waf-action: challenge", status="202 Accepted"),
    "/403": answer(b"<html>no</html>", status="403 Forbidden"),
    "/itu": answer(b"", "Location: /en/publications/pages/notfound.aspx", status="302 Found"),
    "/en/publications/pages/notfound.aspx": answer(MISSING),
    "/empty": answer(b""),
    "/json-for-html": answer(b'{"items": []}', type="application/json"),
    "/login": answer(LOGIN),
}
FAULTS: dict[str, tuple[type[Exception] | None, str]] = {
    "/drip": (Unreachable, "took too long"),
    "/drip-headers": (Unreachable, "took too long"),
    "/silence": (Unreachable, "stopped answering"),
    "/reset": (Unreachable, "cut"),
    "/short": (Unreachable, "cut"),
    "/cut-chunks": (Unreachable, "cut"),
    "/cut-gzip": (Unreachable, "cut"),
    "/old-http": (None, ""),
    "/no-http": (Unreachable, "no HTTP"),
    "/bomb": (Unreachable, "larger than"),
    "/bomb-br": (Unreachable, "larger than"),
    "/bomb-zstd": (Unreachable, "unknown coding 'zstd'"),
    "/bomb-zip": (Unreachable, "expected HTML"),
    "/bomb-zip-as-html": (Unreachable, "expected HTML"),
    "/nul": (Unreachable, "expected HTML"),
    "/500-twice": (None, ""),
    "/500": (Unreachable, "status 500"),
    "/429-soon": (None, ""),
    "/429-later": (Refused, "wait until"),
    "/loop": (Unreachable, "redirects more than"),
    "/foreign": (Unreachable, "elsewhere.example.com"),
    "/404": (Unreachable, "404"),
    "/f5": (Refused, "F5"),
    "/f5-500": (Refused, "F5"),
    "/cloudflare-200": (Refused, "Cloudflare"),
    "/cloudflare-403": (Refused, "Cloudflare"),
    "/aws-202": (Refused, "AWS WAF"),
    "/403": (Refused, "403"),
    "/itu": (Unreachable, "not found"),
    "/empty": (Unreachable, "empty"),
    "/json-for-html": (Unreachable, "expected HTML"),
    "/login": (Refused, "login"),
}
