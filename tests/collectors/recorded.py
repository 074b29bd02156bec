"""The recordings of the evaluation folder: files of an archive, HTTP exchanges, the things in their bodies."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.collectors.replay import Answer


def recorded_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of a recordings archive."""
    with tarfile.open(archive) as tar:
        for member in tar:
            extracted = tar.extractfile(member) if member.isfile() else None
            if extracted is not None:
                yield member.name, extracted.read()


@dataclass(frozen=True)
class Recorded:
    """One recorded exchange."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    answer: Answer
    body: Any  # the JSON body, or None where there is none


def recorded_exchanges(content: bytes) -> list[Recorded]:
    """The exchanges of one recording, in order."""
    exchanges = []
    for interaction in json.loads(content)["interactions"]:
        request, response = interaction["request"], interaction["response"]
        parts = urlsplit(request["uri"])
        given = request["body"]
        form = given.get("string", "") if isinstance(given, dict) else given or ""
        text = response["body"].get("string", "")
        kept = {
            "content-type",
            "location",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-ratelimit-used",
            "www-authenticate",
        }
        headers = {
            name: value if isinstance(value, str) else ", ".join(value)
            for name, value in response["headers"].items()
            if name.lower() in kept
        }
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        exchanges.append(
            Recorded(
                request["method"],
                unquote(parts.path),
                dict(parse_qsl(parts.query)),
                dict(parse_qsl(form)),
                Answer(response["status"]["code"], text, headers),
                body,
            )
        )
    return exchanges


def things_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every thing anywhere in a JSON body, parents before children, each without its replies."""
    open_parts = [value]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, list):
            open_parts.extend(reversed(part))
        elif isinstance(part, dict):
            if part.get("kind") in {"t1", "t3", "t5", "more"} and isinstance(part.get("data"), dict):
                yield {"kind": part["kind"], "data": {**part["data"], "replies": ""}}
            open_parts.extend(reversed(list(part.values())))
