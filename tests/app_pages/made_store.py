"""A store of a made-up quarter for the tests of the screens, written by the product's own writer."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from analysis.daily import daily_cells
from job.frames import receipt_rows
from records import STANCES, Article, Event, Place, Post, Reading, Receipt, SourceState, Statement
from store.tables import rows_frame
from store.writer import Store
from topics import load_topic

TOPIC = load_topic("us-el-salvador")
ZONE = ZoneInfo(TOPIC.zone)
LAST_ACTOR, DENIER = TOPIC.actors[23], TOPIC.actors[9]
"""Who made the newest statement, and who is reported not to have said something."""
REVISION = "made-1"
NOW = datetime.now(UTC).replace(microsecond=0)
LITERAL = (
    "The US will pay $6 million, about $20,000 per inmate * _cost_ # [here](x) <b>now</b> :smile: -> `end`"
)
TEXTS = {
    "en": ("Prisons for hire are wrong, case {n}.", "A fair deal that makes us safer, case {n}.", "The flight landed, case {n}."),
    "es": ("Alquilar cárceles está mal, caso {n}.", "Un buen trato que nos protege, caso {n}.", "Aterrizó el vuelo, caso {n}."),
}  # fmt: skip
FLEET = [Place("https://feeds.example/a.xml", "complete", "", 12), Place("https://feeds.example/b.xml", "blocked", "403", 0)]  # fmt: skip


def make_store(
    home: Path,
    *,
    days: int = 90,
    per_day: int = 14,
    simulated: bool = True,
    live: bool = False,
    statements: bool = True,
    articles: bool = False,
    every: int = 1,
    officials: bool = False,
    published_at: datetime = NOW,
    failed: Sequence[str] = (),
    ends_on: date = date(2025, 5, 20),
    watched: Mapping[str, int] | None = None,
    refused: Mapping[str, int] | None = None,
) -> Store:
    """Return a published store below `home/store`: shares that move, a gap of ten days, copies, and odd texts.

    `articles`: a third of the statements were found in news articles. `every`: only each so many days has posts.
    `officials`: public actors' own accounts posted as often again, all against. `watched`: sources that were asked on each
    of the last 40 days, and for how many days each has given nothing since; `refused`: the same, of which the key has been
    refused for so many days.
    """
    store = Store(home / "store", TOPIC.id)
    rng = np.random.default_rng(3)
    posts: list[Post] = []
    readings: list[Reading] = []
    if simulated:
        _write_posts(posts, readings, rng, "simulated", days, per_day, ends_on, every)
    if live:
        _write_posts(posts, readings, rng, "reddit", days, max(1, per_day // 2), ends_on)
        _write_posts(posts, readings, rng, "files", days, max(1, per_day // 2), ends_on)
    if officials:
        _write_official_posts(posts, readings, days, per_day, ends_on)
    found = []
    asked = {**(watched or {}), **(refused or {})}
    for source, n_silent in asked.items():
        last_on = NOW.astimezone(ZONE).date() - timedelta(days=n_silent + 1)
        if source == "news":
            found = _articles(40 - n_silent, last_on)
        else:
            _write_posts(posts, readings, rng, source, 40 - n_silent, per_day, last_on)
    said = _statements(articles or live) if statements else []
    readings += [
        _reading(f"s{n}", target.id, [0.05, 0.9, 0.05] if n % 2 else [0.9, 0.05, 0.05])
        for n, _ in enumerate(said)
        for target in TOPIC.targets
    ]
    with store.lock("made for a test"):
        store.upsert_rows(
            "posts",
            rows_frame("posts", posts, text_key=[key_of(p.id) for p in posts], context_key=[""] * len(posts)),
        )
        store.upsert_rows(
            "statements",
            rows_frame("statements", said, text_key=[f"s{n}" for n in range(len(said))], context_key=""),
        )
        store.upsert_rows("readings", rows_frame("readings", readings))
        store.upsert_rows("articles", rows_frame("articles", found, text_key=[a.id for a in found]))
        watched_runs = [
            receipt_rows([receipt], f"run-{source}-{n:02d}")
            for source, n_silent in asked.items()
            for n, receipt in enumerate(
                _watched_receipts(source, n_silent, published_at, source in (refused or {}))
            )
        ]
        if watched_runs:
            store.upsert_rows("receipts", pl.concat(watched_runs))
        store.upsert_rows("events", rows_frame("events", _events()))
        store.upsert_rows(
            "receipts", rows_frame("receipts", _receipts(published_at, failed, asked), run_id="made")
        )
        units = store.units([t.id for t in TOPIC.targets], REVISION).collect()
        store.replace_rows("daily", daily_cells(units, TOPIC.zone))
        store.publish(published_at, revision=REVISION)
    return store


def key_of(post_id: str) -> str:
    """Return the text key of a made post: copies end in `-copy`."""
    return post_id.removesuffix("-copy")


def _write_posts(
    posts: list[Post],
    readings: list[Reading],
    rng: np.random.Generator,
    source: str,
    days: int,
    per_day: int,
    ends_on: date,
    every: int = 1,
) -> None:
    first = ends_on - timedelta(days=days - 1)
    gap = range(days // 2, days // 2 + 10) if days > 40 else range(0)
    n = 0
    for offset in range(days):
        if offset in gap or (days - 1 - offset) % every:
            continue
        against = 0.30 + 0.30 * offset / days
        mix = np.array([0.85 - against, against, 0.15])
        for _ in range(int(rng.poisson(per_day))):
            n += 1
            stance = int(rng.choice(3, p=mix))
            lang = "en" if rng.random() < 0.55 else "es"
            text = TEXTS[lang][(1, 0, 2)[stance]].format(n=n) if n > 1 else LITERAL
            at = datetime.combine(
                first + timedelta(days=offset), time(int(rng.integers(0, 24)), 5), ZONE
            ).astimezone(UTC)
            post = Post(
                f"{source}:{n}", source, text, min(NOW, at + timedelta(days=1)), at, lang=lang, author_key=f"{source}{n % 400:04d}", place="r/made",
                url="" if source == "simulated" else f"https://posts.example/{n}", simulated=source == "simulated",
                context="What do you make of it? It is $6 million, about $20,000 each." if n % 9 == 0 else "",
            )  # fmt: skip
            posts.append(post)
            if n % 12 == 0:
                posts.append(
                    Post(
                        **{
                            **{f: getattr(post, f) for f in Post.__slots__},
                            "id": f"{post.id}-copy",
                            "author_key": "copycat",
                        }
                    )
                )
            sure = 0.55 + 0.4 * rng.random()
            values = np.full(3, (1 - sure) / 2)
            values[stance] = sure
            for target in TOPIC.targets:
                relevance = 0.9 if target.primary or n % 3 == 0 else 0.2
                label = "unclear" if sure < 0.6 else STANCES[stance]
                readings.append(_reading(key_of(post.id), target.id, values, relevance, label))
    # Undated posts stay out of the charts and are still found.
    posts.append(
        Post(
            f"{source}:undated",
            source,
            "No date on this one.",
            NOW,
            None,
            lang="en",
            simulated=source == "simulated",
        )
    )


def _write_official_posts(
    posts: list[Post], readings: list[Reading], days: int, per_day: int, ends_on: date
) -> None:
    for offset in range(days):
        at = datetime.combine(ends_on - timedelta(days=offset), time(12), ZONE).astimezone(UTC)
        for turn in range(per_day):
            n = offset * per_day + turn
            actor = TOPIC.actors[0].id
            posts.append(
                Post(f"files:o{n}", "files", f"Official word {n}.", NOW, at, lang="en", actor_id=actor)
            )
            for target in TOPIC.targets:
                readings.append(_reading(f"files:o{n}", target.id, [0.02, 0.96, 0.02]))


def _reading(
    key: str, target: str, values: Sequence[float] | np.ndarray, relevance: float = 0.95, label: str = ""
) -> Reading:
    favor, against, neutral = (float(v) for v in values)
    return Reading(
        key,
        "",
        target,
        REVISION,
        favor,
        against,
        neutral,
        relevance,
        label or STANCES[int(np.argmax(values))],
    )


def _statements(articles: bool) -> list[Statement]:
    found = []
    for n, actor in enumerate(TOPIC.actors[:24]):
        at = datetime(2025, 2, 3, 18, tzinfo=UTC) + timedelta(days=3 * n)
        archive = not articles or n % 3 != 0
        found.append(
            Statement(
                f"{'archive' if archive else 'news'}:{n}", "archive" if archive else "news",
                "The fee is $6 million, about $20,000 each, and *nobody* asked_us_." if n == 23 else f"They said what they said, number {n}.",
                NOW, at, direct=not archive and n % 2 == 0, kind="direct" if n % 2 == 0 else "indirect", speaker=actor.name,
                actor_id=actor.id, actor_name=actor.name, camp=actor.camp, cue="said", asserted=n != 9, lang="en",
                outlet=f"outlet{n % 5}.example", url=f"https://outlet{n % 5}.example/story/{n}",
                verification=("read" if n % 2 else "cited") if archive else "",
            )
        )  # fmt: skip
    return found


def _events() -> list[Event]:
    days = [(2, 3), (2, 4), (3, 15), (3, 16), (4, 7), (4, 10), (4, 14), (4, 30), (5, 5), (5, 12)]
    return [
        Event(f"archive:e{n}", date(2025, m, d), f"Event {n}: a fee of $6 million, about $20,000 each", f"Suceso {n}: una tarifa de $6 millones", f"https://events.example/{n}")
        for n, (m, d) in enumerate(days)
    ]  # fmt: skip


def _articles(days: int, ends_on: date) -> list[Article]:
    noon = datetime.combine(ends_on, time(12), ZONE).astimezone(UTC)
    return [
        Article(f"news:a{day}-{n}", "news", "A headline", f"Story {day}-{n}.", noon - timedelta(days=day - 1), noon - timedelta(days=day), lang="en")
        for day in range(days)
        for n in range(12)
    ]  # fmt: skip


def _watched_receipts(source: str, n_silent: int, at: datetime, refused: bool) -> list[Receipt]:
    """Return a receipt a day for 41 days, each in full: faults, losses, a cursor; the last one has a field never met before."""
    found = []
    for ago in range(40, -1, -1):
        gave = 0 if ago < n_silent else 14
        state: SourceState = "auth" if refused and ago < n_silent else "complete"
        fields = {"edit_history": gave} if gave or not ago else {}
        found.append(
            Receipt(
                source, state, "", at - timedelta(days=ago, minutes=5), 3.25, n_got=gave, n_kept=gave, n_requests=6,
                n_bytes=48_200, n_retries=2, waited=1.5, since=at - timedelta(days=ago + 7), asked=("cecot", "#deportados"),
                skipped={"older than the window": 3}, faults={"status 503": 2}, places=tuple(FLEET),
                unknown_fields={**fields, **({"quote_approval": 5} if not ago else {})},
                cursor_before={"cecot": f"1{ago + 1:03d}", "seen": "12 ids"}, cursor_after={"cecot": f"1{ago:03d}", "seen": "12 ids"},
            )
        )  # fmt: skip
    return found


def _receipts(at: datetime, failed: Sequence[str], left_out: Collection[str] = ()) -> list[Receipt]:
    found = []
    for source in ("archive", "files", "news", "reddit", "simulated"):
        if source in left_out:
            continue
        state = "not_configured" if source == "reddit" else "complete"
        detail = "set REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET" if source == "reddit" else ""
        if source in failed:
            state, detail = "unreachable", "no route to host <feeds.example>"
        places = tuple(FLEET) if source == "news" else ()
        found.append(
            Receipt(source, state, detail, at - timedelta(minutes=5), 2.5, n_got=40, n_kept=30, n_tombstone=3, n_quarantined=2, n_off_topic=4, n_known=1, places=places)  # type: ignore[arg-type]
        )  # fmt: skip
    return found


def damage_pointer(home: Path) -> None:
    """Break the file that names the published version."""
    (home / "store" / TOPIC.id / "published.json").write_text("{", encoding="utf-8")


def write_newer(home: Path) -> None:
    """Make the store look as if a newer Postura had written it."""
    path = home / "store" / TOPIC.id / "published.json"
    path.write_text(
        json.dumps({**json.loads(path.read_text(encoding="utf-8")), "schema": 99}), encoding="utf-8"
    )


def rows_of(store: Store, table: str) -> pl.DataFrame:
    """Return a table of a made store."""
    return store.read(table).collect()
