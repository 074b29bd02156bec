"""Where the level of a series of counts changed last."""

from __future__ import annotations

import numpy as np

from analysis.control import Baseline, Floats, Weekdays

MIN_DAYS = 3
"""A level is one that holds for three days."""


def last_change(counts: Floats, weekdays: Weekdays, usual: Baseline) -> int | None:
    """Return the index of the first day of the last level, or None where there is only one.

    Counts are divided by their weekday's factor and square-rooted (Anscombe 1948), so that a level's variance does not
    depend on it; the levels are those of least squares with a penalty for each change (PELT: Killick et al. 2012,
    J. Am. Stat. Assoc. 107:1590; `ruptures`: Truong et al. 2020, Signal Process. 167:107299).
    """
    from ruptures import KernelCPD  # two seconds to load, and not needed before there is a baseline

    if counts.size < 2 * MIN_DAYS:
        return None
    means = usual.expected(weekdays)
    factors = np.maximum(means / max(1e-9, float(usual.means.mean())), 0.1)
    signal = 2 * np.sqrt(counts / factors + 0.375)
    steps = np.diff(signal)
    noise = float(np.median(np.abs(steps))) / 0.954  # median difference of two standard normals
    penalty = 3 * max(1.0, noise**2) * np.log(counts.size)
    found = KernelCPD(kernel="linear", min_size=MIN_DAYS).fit(signal.reshape(-1, 1)).predict(pen=penalty)
    return int(found[-2]) if len(found) > 1 else None
