"""Secure connections to servers as they are: checked in full first, then with what hindered that left out, one thing at a
time, and marked with it. Nothing is passed over silently: who reads a page's marks knows how it came."""

import ssl
from dataclasses import dataclass, replace
from functools import cache

import certifi

from crawler.records import Mark

_CERTIFICATE = {
    9: Mark.CERT_EXPIRED,  # not yet valid
    10: Mark.CERT_EXPIRED,
    18: Mark.CERT_UNTRUSTED,  # self-signed
    19: Mark.CERT_UNTRUSTED,  # signed by a root that is not known
    20: Mark.CERT_INCOMPLETE,
    21: Mark.CERT_INCOMPLETE,
    62: Mark.CERT_WRONG_HOST,
    64: Mark.CERT_WRONG_HOST,
}
_LEGACY_RENEGOTIATION = 0x4  # ssl.OP_LEGACY_SERVER_CONNECT, named since Python 3.12
_LENIENT_END = 0x80  # ssl.OP_IGNORE_UNEXPECTED_EOF, set by some versions of Python
#: Python's own choice, which distributions replace by OpenSSL's wider one: what counts as old must not depend on who built it.
_CIPHERS = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"
_OLD_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1")
#: What a connection that merely broke says: an old server may answer so, and a modern one on a bad day.
_PASSING = ("UNEXPECTED_EOF_WHILE_READING", "")


@dataclass(frozen=True, slots=True)
class Way:
    """How a host is spoken to. ``old``: with what OpenSSL has switched off by default (TLS 1.0 and 1.1, weak DH, short
    keys, ciphers of the time, unsafe renegotiation); ``fault`` is why, in OpenSSL's words."""

    checked: bool = True
    old: bool = False
    marks: tuple[Mark, ...] = ()
    fault: str = ""

    @property
    def context(self) -> ssl.SSLContext:
        return _context(checked=self.checked, old=self.old)

    def after(self, error: ssl.SSLError) -> "Way | None":
        """The way to try next once this one failed; None where there is no other."""
        if isinstance(error, ssl.SSLCertVerificationError):
            mark = _CERTIFICATE.get(error.verify_code, Mark.CERT_OTHER)
            return replace(self, checked=False, marks=(*self.marks, mark)) if self.checked else None
        return None if self.old else replace(self, old=True, fault=getattr(error, "reason", None) or "")

    def met(self, version: str | None) -> "Way":
        """This way, once it led to an answer over a connection of such a version: what it is to be called, and kept
        for the host's further requests."""
        if not self.old or Mark.OLD_TLS in self.marks:
            return self
        if self.fault in _PASSING and version not in _OLD_VERSIONS:
            return replace(self, old=False, fault="")
        return replace(self, marks=(Mark.OLD_TLS, *self.marks))


@cache
def _context(*, checked: bool, old: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if checked:
        context.load_verify_locations(certifi.where())
        context.load_default_certs()  # an office may have a root of its own
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.options &= ~_LENIENT_END
    if old:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.options |= _LEGACY_RENEGOTIATION
    else:
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(_CIPHERS)
        context.options &= ~_LEGACY_RENEGOTIATION
    return context
