"""Sound servers of news feeds, Reddit, Mastodon and Bluesky, whose items each hold a mark, to be put behind the die."""

from __future__ import annotations

from datetime import timedelta

from tests.collectors import fake_bluesky, fake_mastodon, fake_reddit
from tests.collectors.fake_bluesky import NOW, FakeBluesky
from tests.collectors.news_loopback import HTML, XML
from tests.collectors.replay import Answer, Ask, Handle

N_EACH = 36
"""Items of each source."""

STEP = timedelta(minutes=20)
QUERIES = ("cecot", "bukele", "deportados")
HASHTAGS = ("CECOT", "Bukele", "Deportados")
COMMUNITIES = ("news", "elsalvador", "worldnews")
N_FEEDS = 12


def bluesky() -> tuple[FakeBluesky, Handle]:
    """A server whose session expires in the middle of the run, once."""
    fake = FakeBluesky()
    fake.page = 8
    for n in range(N_EACH):
        view = fake_bluesky.view(f"b{n}", f"El CECOT, señal markb{n}", NOW - n * STEP)
        fake.found.setdefault(QUERIES[n % 3], []).append(view)
    n_searches = 0

    def handle(ask: Ask) -> Answer:
        nonlocal n_searches
        n_searches += ask.path.endswith("searchPosts")
        if n_searches == 7:
            fake.expired |= {f"access-{n}" for n in range(1, fake.n_sessions + 1)}
            n_searches += 1
        return fake(ask)

    return fake, handle


def mastodon() -> fake_mastodon.FakeInstance:
    fake = fake_mastodon.FakeInstance()
    for n in range(N_EACH):
        tag = HASHTAGS[n % 3]
        made = fake_mastodon.status(f"m{n}", f"El CECOT, señal markm{n} #{tag}", NOW - n * STEP)
        fake.timelines.setdefault(tag.casefold(), []).append(made)
    return fake


def reddit() -> Handle:
    """A Reddit whose token is refused in the middle of the run, once, and renewed."""
    fake = fake_reddit.FakeReddit()
    n_asked = 0
    for n in range(N_EACH // 2):
        where, at = COMMUNITIES[n % 3], (NOW - n * STEP).timestamp()
        post = fake_reddit.submission(
            f"p{n}", f"CECOT señal markr{n}", "", subreddit=where, created_utc=at, num_comments=1
        )
        fake.listings.setdefault(where, []).append(post)
        answer = fake_reddit.comment(f"c{n}", f"Sobre el CECOT markc{n}", f"t3_p{n}", f"t3_p{n}", created_utc=at + 60, subreddit=where)  # fmt: skip
        fake.trees[f"p{n}"] = [answer]

    def handle(ask: Ask) -> Answer:
        nonlocal n_asked
        n_asked += ask.path != "/api/v1/access_token"
        if n_asked == 9:
            n_asked += 1
            return Answer(401, "{}", {"Content-Type": "application/json"})
        return fake(ask)

    return handle


WORDS = "El gobierno habló del CECOT y de los deportados en San Salvador durante una larga conferencia. " * 8


def page_of(mark: str) -> Answer:
    """The web page of an article."""
    body = f"<article><h1>CECOT {mark}</h1><p>{WORDS}</p></article>"
    return Answer(200, f"<html><head><title>{mark}</title></head><body>{body}</body></html>", HTML)


def news() -> Handle:
    """Feeds under `/feed`, the pages of their entries under `/page`."""

    def handle(ask: Ask) -> Answer:
        kind, _, number = ask.path.strip("/").partition("/")
        if kind == "feed":
            entries = [
                f"<item><title>CECOT: señal markn{n}</title><link>http://{ask.headers['host']}/page/{n}</link></item>"
                for n in range(int(number), N_EACH, N_FEEDS)
            ]
            head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>'
            return Answer(200, f"{head}{''.join(entries)}</channel></rss>", XML)
        return page_of(f"markn{number}")

    return handle
