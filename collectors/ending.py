"""In which named state a run of a source ends, and the plain sentence that says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from collectors.errors import OutOfBudget, SourceError
from records import Place, SourceState

_WORKED: frozenset[str] = frozenset({"complete", "silent", "possibly_truncated", "partial"})
_NEEDS_A_PERSON: frozenset[str] = frozenset({"auth", "not_configured"})


def state_of_error(error: Exception, n_got: int, places: Sequence[Place]) -> tuple[SourceState, str]:
    """Return the state and a plain sentence for the fault that ended a run after `n_got` items."""
    if not isinstance(error, SourceError):
        kept = f"; the {n_got} items read before it are kept" if n_got else ""
        return "failed", f"the source stopped on a fault of ours ({type(error).__name__}: {error}){kept}"
    if isinstance(error, OutOfBudget):
        what = f"the {n_got} items read before it are kept" if n_got else "nothing was read before it"
        return "partial", f"{error}; {what}, the next run goes on from there"
    state, detail = error.state, str(error) or f"the source stopped ({name_of(error.state)})"
    if state in _NEEDS_A_PERSON or not (n_got or any(place.state in _WORKED for place in places)):
        return state, detail
    kept = f" after {n_got} items, which are kept" if n_got else ""
    return "partial", f"{name_of(state)}{kept}: {detail}"


def state_of_places(places: Sequence[Place], n_got: int) -> tuple[SourceState, str]:
    """Return the state of a run that came to its end, from how its places fared."""
    failed = [place for place in places if place.state not in _WORKED]
    if not failed:
        for state in ("partial", "possibly_truncated"):
            touched = [place for place in places if place.state == state]
            if touched and len(places) == 1:
                return state, touched[0].detail
            if touched:
                return state, _listed(touched, len(places), f"were read {name_of(state)}")
        if places and all(place.state == "silent" for place in places):
            return "silent", places[0].detail
        return "complete", places[0].detail if len(places) == 1 else ""
    detail = failed[0].detail if len(places) == 1 else _listed(failed, len(places), "could not be read")
    if len(failed) < len(places) or n_got:
        return "partial", detail
    most_met = Counter(place.state for place in failed).most_common(1)[0][0]
    return most_met, detail


def state_of_sink(n_stored: int, n_got: int, why: str) -> tuple[SourceState, str]:
    """Return the state and a sentence for a run whose items could not be stored, all or some of them, for this reason."""
    if n_got <= n_stored:
        return "failed", f"how far it was read could not be stored ({why}); the {n_stored} items are"
    how_many = f"{n_got - n_stored} of {n_got} items that were read could not be stored ({why})"
    return "failed", f"{how_many}; the next run reads them again"


def name_of(state: str) -> str:
    """Return the words for a state."""
    return {"partial": "in part", "possibly_truncated": "possibly truncated"}.get(
        state, state.replace("_", " ")
    )


def _listed(places: Sequence[Place], n_all: int, what: str) -> str:
    """Return "2 of 9 places <what>: a (gone), b (blocked)"; up to three say why, of more at most five are named."""
    if len(places) <= 3:
        named = "; ".join(place.detail or f"{place.name} ({name_of(place.state)})" for place in places)
        return f"{len(places)} of {n_all} places {what}: {named}"
    named = ", ".join(f"{place.name} ({name_of(place.state)})" for place in places[:5])
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"{len(places)} of {n_all} places {what}: {named}{more}"
