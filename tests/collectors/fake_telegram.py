"""The web previews of Telegram for tests: pages of invented channels in the markup of https://t.me/s/NAME."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import escape

from tests.collectors.replay import Answer, Ask

NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAME = "Maria López 1987"
"""An invented person, whose name no record may show."""

HTML = {"Content-Type": "text/html; charset=utf-8"}


def message(number: int, text: str, at: datetime = NOW - HOUR, *, edited: bool = False, above: str = "", kind: str = "", stated: str | None = None) -> dict[str, object]:  # fmt: skip
    """A message; `above` is markup before its text (a reply, a forward), `kind` a class of its block."""
    return {
        "number": number,
        "text": text,
        "at": at,
        "edited": edited,
        "above": above,
        "kind": kind,
        "stated": stated,
    }


def reply(channel: str, number: int, text: str) -> str:
    return (
        f'<a class="tgme_widget_message_reply user-color-default" href="https://t.me/{channel}/{number}">'
        f'<div class="tgme_widget_message_author accent_color"><span class="tgme_widget_message_author_name">{NAME}</span></div>'
        f'<div class="tgme_widget_message_text js-message_reply_text" dir="auto">{escape(text)}</div></a>'
    )


def forward(link: str) -> str:
    return (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;<a class='
        f'"tgme_widget_message_forwarded_from_name" href="{link}"><span dir="auto">{NAME}</span></a></div>'
    )


def block(channel: str, one: dict[str, object]) -> str:
    number, at = one["number"], one["at"]
    assert isinstance(at, datetime)
    stated = at.strftime("%Y-%m-%dT%H:%M:%S+00:00") if one["stated"] is None else one["stated"]
    words = (
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{one["text"]}</div>'
        if one["text"]
        else ""
    )
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap {one["kind"]} js-widget_message" data-post="{channel}/{number}" data-view="x">
<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color"><a class=
"tgme_widget_message_owner_name" href="https://t.me/{channel}"><span dir="auto">The channel</span></a></div>{one["above"]}{words}
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">4.85K</span><span class="copyonly"> views</span>
<span class="tgme_widget_message_from_author" dir="auto">{NAME}</span>
<span class="tgme_widget_message_meta">{"edited &nbsp;" if one["edited"] else ""}<a class="tgme_widget_message_date"
href="https://t.me/{channel}/{number}"><time datetime="{stated}" class="time">20:00</time></a></span></div></div></div></div></div>"""


def contact(extra: str = "") -> Answer:
    """What t.me shows of a name that has no preview."""
    line = f'<div class="tgme_page_extra">{extra}</div>' if extra else ""
    page = f'<div class="tgme_page"><div class="tgme_page_description">If you have Telegram, you can contact</div>{line}</div>'
    return Answer(200, f"<html><body>{page}</body></html>", HTML)


def preview(name: str, messages: list[dict[str, object]]) -> Answer:
    """The preview page of a channel with these messages."""
    shown = "".join(block(name, one) for one in messages)
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><main class="tgme_main">
<div class="tgme_channel_info"><div class="tgme_channel_info_counter"><span class="counter_value">12K</span></div></div>
<section class="tgme_channel_history js-message_history">{shown}</section></main></body></html>"""
    return Answer(200, page, HTML)


class FakeTelegram:
    """`channels`: name -> messages, any order; `contacts`: name -> the page that a name without a preview leads to."""

    def __init__(self) -> None:
        self.channels: dict[str, list[dict[str, object]]] = {}
        self.contacts: dict[str, Answer] = {}
        self.page = 20
        self.asked: list[Ask] = []
        self.faults: Callable[[Ask], Answer | None] | None = None

    def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if self.faults and (fault := self.faults(ask)) is not None:
            return fault
        first, _, name = ask.path.lstrip("/").partition("/")
        if first != "s":
            return self.contacts.get(first, contact())
        if name not in self.channels:
            return Answer(302, headers={"Location": f"/{name}"})
        before = int(ask.query.get("before", 10**9))
        older = sorted(
            (one for one in self.channels[name] if int(str(one["number"])) < before),
            key=lambda one: int(str(one["number"])),
        )
        return preview(name, older[-self.page :])
