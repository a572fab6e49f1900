"""Real TLS servers on loopback, old and badly kept: each is read, and each page says how it came."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from server import Server, serving
from test_crawl_http import LIST, _crawl, _home, _site

from crawler.records import Mark, Page, PageStatus
from crawler.tls import Way

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """An authority this machine trusts, as an office may have one."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "root.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    _forget()
    yield made
    _forget()


def _forget() -> None:
    from crawler.tls import _context

    _context.cache_clear()


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextmanager
def _secure(context: ssl.SSLContext) -> Iterator[Server]:
    with serving({"/": _home("/a"), "/a": LIST.format("通知公告")}) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        yield server


def _pages(folder: Path, server: Server) -> dict[str, Page]:
    base = f"https://127.0.0.1:{server.server_port}"
    return _crawl(folder, _site(server, url=base + "/", scope=(base,)))


def _marks(pages: dict[str, Page]) -> set[tuple[Mark, ...]]:
    assert pages["/"].ok
    assert pages["/a"].ok
    return {pages["/"].marks, pages["/a"].marks}


def test_a_sound_server_bears_no_mark(tmp_path: Path, authority: trustme.CA) -> None:
    with _secure(_context(authority.issue_cert("127.0.0.1"))) as server:
        assert _marks(_pages(tmp_path, server)) == {()}


def _incomplete(authority: trustme.CA) -> ssl.SSLContext:
    leaf = authority.create_child_ca().issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with leaf.private_key_and_cert_chain_pem.tempfile() as whole:
        text = Path(whole).read_text()
    end = "-----END CERTIFICATE-----"
    with trustme.Blob((text.split(end)[0] + end + "\n").encode()).tempfile() as first:
        context.load_cert_chain(first)
    return context


def _self_signed() -> ssl.SSLContext:
    made = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with trustme.Blob(made.private_key_pem.bytes() + made.cert_pem.bytes()).tempfile() as file:
        context.load_cert_chain(file)
    return context


FAULTY = {
    Mark.CERT_EXPIRED: lambda ca: _context(
        ca.issue_cert("127.0.0.1", not_before=PAST, not_after=PAST + dt.timedelta(30))
    ),
    Mark.CERT_UNTRUSTED: lambda _: _self_signed(),
    Mark.CERT_WRONG_HOST: lambda ca: _context(ca.issue_cert("www.example.gov.cn")),
    Mark.CERT_INCOMPLETE: _incomplete,
}


@pytest.mark.parametrize("mark", FAULTY)
def test_faulty_certificates_are_recorded_and_the_pages_read(tmp_path: Path, authority: trustme.CA, mark: Mark) -> None:
    with _secure(FAULTY[mark](authority)) as server:
        found = _marks(_pages(tmp_path, server))
    assert found == {(mark,)}


def test_tls_1_0_is_read_by_a_second_marked_attempt(tmp_path: Path, authority: trustme.CA) -> None:
    context = _context(authority.issue_cert("127.0.0.1"))
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with _secure(context) as server:
        assert _marks(_pages(tmp_path, server)) == {(Mark.OLD_TLS,)}


WEAK_DH = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""


def _weak(folder: Path, certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = _context(certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("DHE-RSA-AES128-SHA:@SECLEVEL=0")
    (folder / "dh.pem").write_text(WEAK_DH)
    context.load_dh_params(folder / "dh.pem")
    return context


def test_a_weak_diffie_hellman_group(tmp_path: Path, authority: trustme.CA) -> None:
    with _secure(_weak(tmp_path, authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA))) as server:
        assert _marks(_pages(tmp_path, server)) == {(Mark.OLD_TLS,)}


def test_old_and_expired_at_once(tmp_path: Path, authority: trustme.CA) -> None:
    end = PAST + dt.timedelta(30)
    leaf = authority.issue_cert("127.0.0.1", not_before=PAST, not_after=end, key_type=trustme.KeyType.RSA)
    with _secure(_weak(tmp_path, leaf)) as server:
        assert {frozenset(marks) for marks in _marks(_pages(tmp_path, server))} == {
            frozenset({Mark.OLD_TLS, Mark.CERT_EXPIRED})
        }


def _hello_without_renegotiation_info() -> bytes:
    """A ServerHello of TLS 1.2 that lacks what RFC 5746 asks for; OpenSSL can no longer send one."""
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
    shake = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + len(shake).to_bytes(2, "big") + shake


def _answered_by(hello: bytes, context: ssl.SSLContext) -> str:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(hello)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(ssl.SSLError) as error:
            context.wrap_socket(ours, server_hostname="127.0.0.1")
    return error.value.reason or ""


def test_unsafe_renegotiation_ends_the_first_attempt_and_not_the_second() -> None:
    first, hello = Way(), _hello_without_renegotiation_info()
    assert _answered_by(hello, first.context) == "UNSAFE_LEGACY_RENEGOTIATION_DISABLED"
    second = first.after(ssl.SSLError(1, "x"))
    assert second is not None
    assert _answered_by(hello, second.context) == "UNEXPECTED_EOF_WHILE_READING"


def test_a_connection_that_broke_once_makes_no_host_an_old_one() -> None:
    broken = Way().after(ssl.SSLEOFError(8, "EOF occurred in violation of protocol"))
    assert broken is not None
    assert broken.met("TLSv1.3") == Way()
    assert broken.met("TLSv1").marks == (Mark.OLD_TLS,)


RSA_CIPHER = "AES128-SHA:@SECLEVEL=0"  # without forward secrecy: switched off in Python, on at many old servers


def test_ciphers_of_the_time(tmp_path: Path, authority: trustme.CA) -> None:
    context = _context(authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(RSA_CIPHER)
    with _secure(context) as server:
        assert _marks(_pages(tmp_path, server)) == {(Mark.OLD_TLS,)}


def test_what_speaks_no_tls_at_all(tmp_path: Path) -> None:
    with serving({"/": _home()}) as server:
        page = _pages(tmp_path, server)["/"]
    assert page.status is PageStatus.TLS
    assert "旧版安全连接也不行" in page.detail
