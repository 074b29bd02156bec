"""Earlier versions of an article whose outlet has rewritten its headline or text: kept beside the raw form."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import polars as pl

from collectors.contract import Batch, RawItem
from store.writer import Store

REVISED = "revised"
"""The flag of an article of which an earlier version is kept."""

_WORDS = ("title", "body")


def with_earlier(store: Store, batch: Batch, again: Collection[str]) -> Batch:
    """Return the batch with `earlier` in the raw form of articles that were revised, and their flag.

    `again` are the ids that the store holds already. `earlier` lists the versions before, oldest first: the words that
    differ (`title`, `body`), `published_at` as it was, and `until`, when the next version was first seen.
    """
    if not again:
        return batch
    rows = store.read("raw").filter(pl.col("id").is_in(list(again))).select("id", "payload").collect()
    before = {id_: json.loads(payload) for id_, payload in rows.iter_rows()}
    raws = [_revised(raw, before[raw.id]) if raw.id in before else raw for raw in batch.raws]
    revised = {raw.id for raw in raws if raw.payload.get("earlier")}
    articles = [
        replace(article, flags=(*article.flags, REVISED)) if article.id in revised else article
        for article in batch.articles
    ]
    return replace(batch, raws=raws, articles=articles)


def _revised(raw: RawItem, before: dict[str, Any]) -> RawItem:
    earlier = list(before.get("earlier", ()))
    changed = {
        name: before[name] for name in _WORDS if before.get(name) and before[name] != raw.payload.get(name)
    }
    if changed:
        published = before.get("published_at")
        earlier.append({**changed, "published_at": published, "until": raw.seen_at.isoformat()})
    return replace(raw, payload={**raw.payload, "earlier": earlier}) if earlier else raw
