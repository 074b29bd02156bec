"""One preview page of a public channel (https://t.me/s/NAME) as plain data. No network here.

The page names people where a message is signed, answers or forwards somebody: none of these names is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from collectors.errors import Blocked, Gone, Malformed
from collectors.known_posts import key_of
from records import clean_text

_ID = re.compile(r"([A-Za-z0-9_]+)/(\d{1,12})")
_LINK = re.compile(r"https?://t\.me/(?:s/)?([A-Za-z0-9_]+)/(\d{1,12})(?:[?#].*)?")
_BLOCKS = frozenset({"div", "p", "blockquote", "pre", "li"})
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_MANY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page shows, old messages first. `numbers` has all messages, also those that hold no text."""

    numbers: tuple[int, ...]
    messages: tuple[dict[str, Any], ...]
    skipped: tuple[str, ...] = ()  # why a message is not among them

    @property
    def oldest(self) -> int:
        """The lowest number on the page, 0 without one."""
        return min(self.numbers, default=0)


def read_preview(content: bytes, channel: str) -> Preview:
    """Return the messages of a channel's preview page; raises Gone, Blocked or Malformed where it is none."""
    root = _parsed(content)
    blocks = [node for node in _having(root, "tgme_widget_message") if node.get("data-post")]
    if not blocks and not _having(root, "tgme_channel_info"):
        raise _fault_of(root, channel)
    numbers: list[int] = []
    messages: list[dict[str, Any]] = []
    skipped: list[str] = []
    for node in blocks:
        given = str(node.get("data-post"))
        matched = _ID.fullmatch(given)
        if matched is None or matched[1].lower() != channel.lower():
            fault = "a message without a number" if matched is None else "a message of another channel"
            messages.append({"kind": "odd", "fault": fault, "mark": key_of(given)})
            continue
        numbers.append(int(matched[2]))
        if "service_message" in _classes(node):
            skipped.append("service messages")
            continue
        message = _message(node, numbers[-1])
        if message["text"]:
            messages.append(message)
        else:
            skipped.append("messages without text")
    if blocks and not numbers:
        raise Malformed(f"t.me/{channel}: shows no messages of this channel, but others")
    return Preview(tuple(numbers), tuple(messages), tuple(skipped))


def _message(node: Any, number: int) -> dict[str, Any]:
    reply = next(iter(_having(node, "tgme_widget_message_reply")), None)
    inside = set(reply.iter()) if reply is not None else set()
    own = [one for one in _having(node, "js-message_text") if one not in inside]
    questions = _having(node, "tgme_widget_message_poll_question")
    forwarded = _having(node, "tgme_widget_message_forwarded_from")
    times = [
        one.get("datetime") for date in _having(node, "tgme_widget_message_date") for one in date.iter("time")
    ]
    # An album's text stands in a block within a block of the same class: the outer one has all of it.
    text = "\n\n".join(plain_text(one) for one in (*own[:1], *questions[:1]))
    quoted = _having(reply, "js-message_reply_text") if reply is not None else []
    return {
        "kind": "message",
        "number": number,
        "text": text.strip(),
        "stated": clean_text(times[0]) if times and times[0] else "",
        "edited": any("edited" in (one.text or "") for one in _having(node, "tgme_widget_message_meta")),
        "forwarded": bool(forwarded),
        "forwarded_from": _linked(one for part in forwarded for one in part.iter("a")),
        "reply_to": _linked([reply]) if reply is not None else None,
        "quoted": plain_text(quoted[0]) if quoted else "",
    }


def plain_text(node: Any) -> str:
    """Return the words below an element, its line breaks kept."""
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(_pieces(node)).split("\n"))
    return clean_text(_MANY_LINES.sub("\n\n", "\n".join(lines)).strip())


def _pieces(top: Any) -> Iterator[str]:
    # lxml's own iteration, not recursion: nothing limits how deep a hostile page nests.
    walk = etree.iterwalk(top, events=("start", "end", "comment"))
    for event, node in walk:
        if event == "start" and node is not top and _is_other_part(node):
            walk.skip_subtree()
            continue
        is_block = isinstance(node.tag, str) and node.tag in _BLOCKS and node is not top
        if event == "start":
            if node.tag == "br" or is_block:
                yield "\n"
            if node.tag not in ("script", "style"):
                yield (node.text or "").replace("\n", " ")
        elif node is not top:
            if event == "end" and is_block:
                yield "\n"
            yield (node.tail or "").replace("\n", " ")


def _is_other_part(node: Any) -> bool:
    """Return whether an element is a part of the message of its own, which a tag that is not closed has drawn in."""
    return any(
        name.startswith("tgme_widget_message_") and not name.endswith("_text") for name in _classes(node)
    )


def _parsed(content: bytes) -> Any:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(content.replace(b"\x00", b""), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise Malformed("t.me: gave something that is not a page") from error
    return root


def _fault_of(root: Any, channel: str) -> Gone | Blocked | Malformed:
    """Return what a page without a preview means: it is what t.me shows of a name of any kind."""
    extra = " ".join(" ".join(one.itertext()) for one in _having(root, "tgme_page_extra")).lower()
    if "subscriber" in extra:
        return Blocked(f"t.me/{channel}: the channel shows no preview on the web, so it cannot be read")
    if "member" in extra:
        return Blocked(f"t.me/{channel}: this is a group; only channels are read")
    if (
        _having(root, "tgme_page")
        or _having(root, "tgme_page_description")
        or _having(root, "tgme_page_extra")
    ):
        return Gone(f"t.me/{channel}: no public channel has this name (any more)")
    return Malformed(f"t.me/{channel}: gave a page that is not a channel's preview")


def _linked(links: Any) -> list[str] | None:
    """Return the channel's name in lower case and the number of the first message that is linked, or None."""
    for link in links:
        matched = _LINK.fullmatch(link.get("href") or "")
        if matched:
            return [matched[1].lower(), matched[2]]
    return None


def _having(node: Any, name: str) -> list[Any]:
    """Return the elements below that have a class."""
    return [one for one in node.iter(etree.Element) if name in _classes(one) and one is not node]


def _classes(node: Any) -> list[str]:
    return (node.get("class") or "").split()
