"""Reads text: stance toward a target, attributed statements, language, copies. Runs on a CPU without
torch.
"""

from __future__ import annotations


class ModelError(Exception):
    """A model cannot be loaded or used; the message is one plain sentence that says what to do."""
