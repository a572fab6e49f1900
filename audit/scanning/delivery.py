"""Telling alerts by e-mail and to group robots. What fails is recorded and tried again later; it never stops the scan."""

import asyncio
import base64
import datetime as dt
import hmac
import json
import os
import smtplib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import aiohttp
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from audit.scanning.book import AlertBook
from crawler.records import BadInput, why_unread

_PATIENCE = 20.0
_MOST = 50
#: WeCom takes 2048 bytes.
_ROBOT_BYTES = 1900
_TITLE = "【政府网站日扫描】"
#: Secrets do not stand in files that people pass around.
PASSWORD, WEBHOOKS = "GONGKAI_SMTP_PASSWORD", "GONGKAI_WEBHOOKS"
Send = Callable[[str, str, dt.datetime], Awaitable[None]]


class Undelivered(Exception):
    """Why a message was not taken, in words for the alert file."""


class Email(BaseModel):
    """An SMTP account; the password comes from the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str
    port: int = 25
    security: Literal["none", "starttls", "ssl"] = "none"
    user: str = ""
    sender: str
    to: tuple[str, ...] = Field(min_length=1)

    @field_validator("sender", "to")
    @classmethod
    def _no_line_ends(cls, value: Any) -> Any:
        for address in [value] if isinstance(value, str) else value:
            if "@" not in address or any(c.isspace() for c in address):
                raise ValueError(f"“{address}”不是邮箱地址")
        return value


class Channels(BaseModel):
    """The file given by ``--alerts``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    email: Email | None = None
    webhooks: tuple[str, ...] = ()

    @field_validator("webhooks")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise ValueError("webhooks里要写 https:// 开头的地址")
        return value


def load_channels(path: Path | None, environment: Mapping[str, str] = os.environ) -> dict[str, Send]:
    """What alerts are sent by, by name. Raises ``BadInput`` naming the file and the mend."""
    try:
        data = (yaml.safe_load(path.read_bytes()) or {}) if path else {}
        if not isinstance(data, dict):
            raise BadInput(f"{path}: 应写 email: 和 webhooks: 两项，写法见 docs/scan.zh-CN.md")
        more = environment.get(WEBHOOKS, "").split()
        channels = Channels.model_validate({**data, "webhooks": [*(data.get("webhooks") or ()), *more]})
    except OSError as error:
        raise BadInput(f"{path}: 读不了（{why_unread(error)}）") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: 不是YAML文件（{' '.join(str(error).split())[:200]}）") from error
    except ValidationError as error:
        faults = (f"{'.'.join(str(p) for p in e['loc'])}：{e['msg']}" for e in error.errors(include_input=False))
        raise BadInput(
            f"{path or WEBHOOKS}: 提醒的设置不对（{'；'.join(faults)}），写法见 docs/scan.zh-CN.md"
        ) from error
    found: dict[str, Send] = {}
    if channels.email is not None:
        found["email"] = _emailer(channels.email, environment.get(PASSWORD, ""))
    for number, url in enumerate(dict.fromkeys(channels.webhooks), 1):
        found[f"webhook{number}"] = _poster(url)
    return found


async def deliver(book: AlertBook, channels: Mapping[str, Send], now: dt.datetime) -> None:
    """Sends what waits: one message per channel for all its alerts."""
    for name, send in channels.items():
        waiting = book.waiting(name, now)
        if not waiting:
            continue
        texts = [text for _, text in waiting]
        more = [f"另有{len(texts) - _MOST}条，见 alerts.txt"] if len(texts) > _MOST else []
        title = f"{_TITLE}{len(texts)}条提醒"
        try:
            await send(title, "\n".join([*texts[:_MOST], *more]), now)
        except Undelivered as error:
            book.told(name, [identity for identity, _ in waiting], now, str(error) or "未送达")
        else:
            book.told(name, [identity for identity, _ in waiting], now)


def _emailer(account: Email, password: str) -> Send:
    def post(message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if account.security == "ssl":
            server: smtplib.SMTP = smtplib.SMTP_SSL(account.host, account.port, timeout=_PATIENCE, context=context)
        else:
            server = smtplib.SMTP(account.host, account.port, timeout=_PATIENCE)
        with server:
            if account.security == "starttls":
                server.starttls(context=context)
            if account.user:
                server.login(account.user, password)
            server.send_message(message)

    async def send(title: str, text: str, now: dt.datetime) -> None:
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = title, account.sender, ", ".join(account.to)
        message["Date"] = format_datetime(now)
        message.set_content(text + "\n")
        try:
            await asyncio.to_thread(post, message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise Undelivered(f"邮件服务器{account.host}：{type(error).__name__} {error}") from error

    return send


def _poster(url: str) -> Send:
    host = urlsplit(url).hostname  # the address itself holds the robot's key

    async def send(title: str, text: str, now: dt.datetime) -> None:
        body = {"msgtype": "text", "text": {"content": _cut(f"{title}\n{text}")}}
        try:
            async with (
                asyncio.timeout(_PATIENCE),
                aiohttp.ClientSession() as session,
                session.post(_signed(url, now), json=body, allow_redirects=False) as response,
            ):
                answer = (await response.content.read(10_000)).decode("utf-8", "replace")
                status = response.status
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Undelivered(f"{host}：{type(error).__name__}") from error
        if not 200 <= status < 300:
            raise Undelivered(f"{host}：HTTP {status}")
        if (code := _error_code(answer)) not in (0, None):
            raise Undelivered(f"{host}：errcode {code}")

    return send


def _signed(url: str, now: dt.datetime) -> str:
    """The address to post to. A DingTalk robot that wants signatures has its secret behind ``#``: it signs the time in
    milliseconds (HMAC-SHA256) and is not sent itself."""
    bare, _, secret = url.partition("#")
    if not secret:
        return bare
    stamp = str(int(now.timestamp() * 1000))
    mark = base64.b64encode(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")).decode()
    return f"{bare}{'&' if '?' in bare else '?'}timestamp={stamp}&sign={quote(mark, safe='')}"


def _cut(text: str) -> str:
    """Whole lines within what a robot takes."""
    lines: list[str] = []
    room = _ROBOT_BYTES
    for line in text.split("\n"):
        room -= len(line.encode()) + 1
        if room < 0:
            return "\n".join([*lines, "其余见 alerts.txt"])
        lines.append(line)
    return "\n".join(lines)


def _error_code(answer: str) -> object:
    """What WeCom and DingTalk put into an answer with status 200; None where there is none."""
    try:
        data = json.loads(answer)
    except ValueError:
        return None
    return data.get("errcode") if isinstance(data, dict) else None
