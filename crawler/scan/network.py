"""What stands below a page: names, addresses, certificates. Every address is checked before it is connected to."""

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509

from crawler.tls import Way
from crawler.urls import is_public_address
from crawler.visits import ZONE, Certificate

#: DNS says that there is nothing of the kind asked for; anything else is no answer.
_NOTHING = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_UNROUTED = ("Network is unreachable", "Cannot assign requested address", "Address family not supported")


@dataclass(frozen=True, slots=True)
class Addresses:
    """IPv4 and IPv6 addresses of a name; empty where there are none, None where DNS did not answer."""

    ipv4: tuple[str, ...] | None
    ipv6: tuple[str, ...] | None


async def addresses_of(host: str, timeout: float) -> Addresses:
    """What DNS says of a host, both families."""
    four, six = await asyncio.gather(_lookup(host, socket.AF_INET, timeout), _lookup(host, socket.AF_INET6, timeout))
    return Addresses(four, six)


async def _lookup(host: str, family: socket.AddressFamily, timeout: float) -> tuple[str, ...] | None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout):
            found = await loop.getaddrinfo(host, None, family=family, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return () if error.errno in _NOTHING else None
    except (OSError, UnicodeError):
        return None
    return tuple(sorted({str(entry[4][0]) for entry in found}))


def usable(addresses: Sequence[str] | None, *, private: bool) -> tuple[str, ...]:
    """Those that may be connected to."""
    return tuple(a for a in addresses or () if private or is_public_address(a))


async def connects(address: str, port: int, timeout: float) -> bool | None:
    """Whether a TCP connection can be made; None where this machine has no way to addresses of the kind."""
    try:
        async with asyncio.timeout(timeout):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        return False
    except OSError as error:
        return None if any(words in str(error) for words in _UNROUTED) else False
    writer.close()
    return True


async def certificate_of(address: str, port: int, host: str, timeout: float) -> Certificate | None:
    """The certificate a server shows, valid or not; None where it shows none."""
    raw, fault = await _handshake(address, port, host, timeout, Way().context)
    trusted: bool | None = raw is not None
    if raw is None:
        raw, _ = await _handshake(address, port, host, timeout, Way(checked=False, old=True).context)
        trusted = False if fault else None
    if raw is None:
        return None
    try:
        ends = x509.load_der_x509_certificate(raw).not_valid_after_utc
    except ValueError:
        return Certificate(None, False, "证书读不懂")
    return Certificate(ends.astimezone(ZONE).date().isoformat(), trusted, fault)


async def _handshake(
    address: str, port: int, host: str, timeout: float, context: ssl.SSLContext
) -> tuple[bytes | None, str]:
    """The peer's certificate (DER), or why it is not trusted."""
    try:
        async with asyncio.timeout(timeout):
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return None, _FAULTS.get(error.verify_code, f"证书不受信任（{error.verify_message}）")
    except (OSError, ValueError):  # TimeoutError and SSLError are OSErrors
        return None, ""
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            await writer.wait_closed()
    return shown, ""


_FAULTS = {
    9: "证书还没有生效",
    10: "证书已过期",
    18: "证书是自签名的",
    19: "证书链里有自签名的证书",
    20: "证书链不完整，或签发机构不受信任",
    21: "证书链不完整，或签发机构不受信任",
    62: "证书不是发给这个域名的",
}


def days_left(certificate: Certificate, today: dt.date) -> int | None:
    """Days until a certificate ends, negative after."""
    return (dt.date.fromisoformat(certificate.expires) - today).days if certificate.expires else None
