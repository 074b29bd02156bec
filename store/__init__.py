"""Delta tables of one topic: their schema, their one writer, the published version, and read-only queries.

The only folder that knows a path. Writers use `store.writer.Store`, readers `store.queries`.
"""

from store.errors import StoreBusy, StoreError

__all__ = ["StoreBusy", "StoreError"]
