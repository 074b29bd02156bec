"""The bundled stance classifier, as the rest of the product uses it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from models.stance import BUNDLED, StanceClassifier, says_something
from models.windows import MAX_WINDOWS

ROOT = Path(__file__).resolve().parents[2]
DEAL = "The prison agreement with the United States should go ahead"
TRATO = "El acuerdo carcelario con Estados Unidos debe seguir adelante"


@pytest.fixture(scope="module")
def classifier() -> StanceClassifier:
    return StanceClassifier.from_pretrained()


PLAIN = [
    ("I fully support this prison agreement, it makes us all safer.", DEAL, "favor"),
    ("Best decision of the year, this prison agreement had to be signed.", DEAL, "favor"),
    ("Sign the prison agreement today. It is cheap and it works.", DEAL, "favor"),
    ("The minister said the prison agreement was good for both countries.", DEAL, "favor"),
    ("This prison agreement is a disgrace, cancel it now.", DEAL, "against"),
    ("No to the prison agreement. Nobody asked us.", DEAL, "against"),
    ("The bishop called the prison agreement immoral and asked for its end.", DEAL, "against"),
    ("They sold our dignity with this prison agreement, shame on them.", DEAL, "against"),
    (
        "The prison agreement was signed on Monday by both ministers, the text has 14 articles.",
        DEAL,
        "neutral",
    ),
    ("Does anyone know when the prison agreement comes into force?", DEAL, "neutral"),
    ("Apoyo el acuerdo carcelario, nos conviene a todos.", TRATO, "favor"),
    ("Bien hecho, ese acuerdo carcelario nos trae seguridad.", TRATO, "favor"),
    ("Este acuerdo carcelario es una vergüenza, que lo anulen ya.", TRATO, "against"),
    ("No al acuerdo carcelario, no somos basurero de nadie.", TRATO, "against"),
    ("La diputada rechazó el acuerdo carcelario por inconstitucional.", TRATO, "against"),
    ("El acuerdo carcelario se publicó el lunes en el diario oficial.", TRATO, "neutral"),
]


def test_most_plain_judgements_are_read(classifier: StanceClassifier) -> None:
    found = classifier.predict([p[0] for p in PLAIN], [p[1] for p in PLAIN])
    wrong = [(f.label, *p) for f, p in zip(found, PLAIN, strict=True) if f.label != p[2]]
    assert len(wrong) <= 3, wrong


def test_opposite_target_flips_the_reading(classifier: StanceClassifier) -> None:
    text = "I fully support this prison agreement, it makes us all safer."
    towards, away = classifier.predict([text, text], [DEAL, "The prison agreement should be cancelled"])
    assert (towards.label, away.label) == ("favor", "against")


@pytest.mark.parametrize(
    "target", [DEAL, TRATO, "Holding US citizens in CECOT", "El CECOT como lugar de reclusión"]
)
@pytest.mark.parametrize("text", ["Lovely weather today", "Qué lindo día hace hoy", "I had pasta for lunch"])
def test_talk_about_nothing_is_neutral_and_off_topic(
    classifier: StanceClassifier, text: str, target: str
) -> None:
    found = classifier.predict([text], [target])[0]
    assert found.label == "neutral"
    assert found.relevance < 0.1


def test_judgement_of_the_target_is_relevant(classifier: StanceClassifier) -> None:
    found = classifier.predict(["This prison agreement is a disgrace, cancel it now."], [DEAL])[0]
    assert found.relevance > 0.5


def test_probabilities_sum_to_one_in_the_stated_order(classifier: StanceClassifier) -> None:
    rows = classifier.predict_proba([PLAIN[4][0], PLAIN[0][0]], DEAL)
    assert rows.shape == (2, 3)
    np.testing.assert_allclose(rows.sum(1), 1, atol=1e-6)
    assert rows[0].argmax() == 1 and rows[1].argmax() == 0


@pytest.mark.parametrize("text", ["", "   \n", "https://t.co/abc123", "@user @other", "...", "\x00"])
def test_nothing_to_read_stays_out_of_every_share(classifier: StanceClassifier, text: str) -> None:
    found = classifier.predict([text], [DEAL])[0]
    assert (found.label, found.relevance, found.n_windows) == ("neutral", 0.0, 0)


@pytest.mark.parametrize(
    "text", ["hola \ud83d qué tal", "a\x00b", "🤡🤡", "</s><mask> <s>", "ＦＵＬＬ ｗｉｄｔｈ", "x" * 20_000]
)
def test_odd_texts_do_not_crash(classifier: StanceClassifier, text: str) -> None:
    found = classifier.predict([text], [DEAL])[0]
    assert found.favor + found.against + found.neutral == pytest.approx(1)


def test_emoji_are_something_to_read() -> None:
    assert says_something("🤡🤡") and not says_something("https://a.b/c")


def test_long_text_is_decided_by_the_window_that_names_the_target(classifier: StanceClassifier) -> None:
    filler = "The committee listed the roads to be repaired next year and the cost of each of them. " * 40
    text = (
        f"{filler}This prison agreement with the United States is a disgrace and must be cancelled. {filler}"
    )
    found = classifier.predict([text], [DEAL])[0]
    assert found.n_windows > 5
    assert found.label == "against"


def test_book_is_read_in_a_bounded_number_of_windows(classifier: StanceClassifier) -> None:
    filler = "The committee listed the roads to be repaired next year and the cost of each of them. " * 1_100
    text = f"{filler}This prison agreement with the United States is a disgrace. {filler}"
    assert len(text) > 180_000
    short = "Roads are repaired. This prison agreement with the United States is a disgrace."
    began = time.process_time()
    book = classifier.predict([text], [DEAL])[0]
    took = time.process_time() - began
    assert book.n_windows > 10 * MAX_WINDOWS  # all are counted, the ones that name the target are read
    assert (book.label, classifier.predict([short], [DEAL])[0].label) == ("against", "against")
    assert took < 8  # seconds of CPU; measured 1.4, without the bound 13


def test_a_copy_in_the_batch_gets_the_same_reading(classifier: StanceClassifier) -> None:
    text = "Este acuerdo carcelario es una vergüenza, que lo anulen ya."
    found = classifier.predict([text, "hola", text], [TRATO] * 3)
    assert found[0] == found[2]


def test_reading_does_not_depend_on_the_rest_of_the_batch(classifier: StanceClassifier) -> None:
    texts = [
        "No al trato",
        "Fuera Bukele",
        "They should sign the deal at once, it is good for everyone involved here.",
    ]
    together = classifier.predict_proba(texts, DEAL)
    alone = np.vstack([classifier.predict_proba([t], DEAL) for t in texts])
    np.testing.assert_allclose(together, alone, atol=0.02)


def test_two_runs_agree_exactly(classifier: StanceClassifier) -> None:
    texts = ["FMLN rechaza el acuerdo", "jajaja sí", "Great deal for everybody"]
    assert classifier.predict(texts, DEAL) == StanceClassifier.from_pretrained().predict(texts, DEAL)


def test_context_is_read(classifier: StanceClassifier) -> None:
    parent_for = "The prison agreement is the best thing this government has done, sign it."
    parent_against = "The prison agreement is shameful and must be cancelled."
    replies = ["Exactly, I could not agree more.", "This.", "well said", "100% true", "so right"]
    towards = classifier.predict_proba(replies, DEAL, [parent_for] * 5)
    away = classifier.predict_proba(replies, DEAL, [parent_against] * 5)
    assert np.mean(towards[:, 0] - towards[:, 1]) > np.mean(away[:, 0] - away[:, 1])


def test_unequal_lengths_and_empty_targets_are_refused(classifier: StanceClassifier) -> None:
    with pytest.raises(ValueError, match="lengths must be equal"):
        classifier.predict(["a", "b"], ["t"])
    with pytest.raises(ValueError, match="target is empty"):
        classifier.predict(["a"], ["  "])


def test_loads_and_reads_with_sockets_blocked_without_torch_and_in_one_process() -> None:
    script = (
        "import multiprocessing, os, socket, sys\n"
        "def refuse(*a, **k): raise OSError('no network in this test')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse\n"
        "os.fork = multiprocessing.Process.start = refuse  # what another process sends would not be seen here\n"
        "from models.stance import StanceClassifier\n"
        "print(StanceClassifier.from_pretrained().predict(['No al trato carcelario'], ['El trato carcelario'])[0].label)\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "against"


def test_bundled_weights_are_part_of_the_product_and_fit_the_size_limit() -> None:
    names = {path.name for path in BUNDLED.iterdir()}
    assert {"model.xml", "model.bin", "tokenizer.json", "config.json", "CARD.md"} <= names
    assert sum(p.stat().st_size for p in BUNDLED.iterdir()) <= 45_000_000
