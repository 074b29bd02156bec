"""Which column of an import holds what: found by name, in English and Spanish and as common exports write them.

Names are compared without case, accents and signs: `Full Text`, `full_text` and `fullText` are one name. In each list
the first name that a file has wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "full_text", "body", "selftext", "content", "contents", "message", "post_text", "tweet_text",
        "comment_text", "comment_body", "tweet", "comment", "post", "hit_sentence", "text_display", "text_original",
        "article_text", "article_body", "snippet", "caption", "post_content", "post_message", "quote",
        "record_text", "commit_record_text",
        "texto", "texto_completo", "mensaje", "contenido", "cuerpo", "comentario", "publicacion", "tuit", "cita",
        "texto_del_mensaje", "texto_del_comentario", "description", "descripcion",
    ),
    "title": ("title", "headline", "subject", "post_title", "titulo", "titular", "encabezado", "asunto"),
    "id": (
        "id", "id_str", "tweet_id", "post_id", "comment_id", "message_id", "status_id", "item_id", "article_id",
        "document_id", "uri", "guid", "identificador", "id_tuit", "id_mensaje", "id_publicacion", "id_comentario",
    ),
    "posted_at": (
        "created_utc", "created_at", "posted_at", "published_at", "timestamp", "datetime", "date_time", "created",
        "created_time", "post_created", "published", "publish_date", "published_date", "publication_date", "pub_date",
        "date_published", "date_published_utc", "date", "date_utc", "record_created_at", "commit_record_created_at",
        "time_utc", "fecha_hora", "fecha_y_hora", "fecha_publicacion", "fecha_de_publicacion", "creado_en", "creado",
        "publicado", "publicado_en", "fecha", "dia", "day",
    ),
    "clock": ("time", "time_of_day", "hour", "hora"),
    "author": (
        "author", "username", "user_name", "user_username", "author_name", "author_username", "author_handle",
        "author_display_name", "screen_name", "user_screen_name", "account_acct", "account", "handle", "user",
        "from", "sender", "poster", "nickname", "autor", "autora", "usuario", "usuaria", "nombre_de_usuario", "cuenta",
        "remitente",
    ),
    "url": (
        "permalink", "url", "link", "post_url", "tweet_url", "permanent_url", "web_url", "enlace",
        "vinculo", "liga", "direccion",
    ),
    "lang": ("lang", "language", "language_code", "idioma", "lengua"),
    "parent_id": (
        "parent_id", "in_reply_to_status_id_str", "in_reply_to_status_id", "in_reply_to_id", "in_reply_to",
        "reply_to_id", "reply_to", "reply_to_message_id", "respuesta_a", "id_padre",
    ),
    "context": (
        "context", "parent_text", "parent_body", "parent", "in_reply_to_text", "reply_to_text", "quoted_text",
        "contexto", "texto_padre", "mensaje_original", "link_title", "submission_title", "thread_title", "post_context",
    ),
    "platform": ("platform", "page_type", "network", "social_network", "service", "plataforma", "red", "red_social"),
    "place": (
        "subreddit", "community", "place", "group_name", "group", "channel", "forum", "page_name", "instance",
        "comunidad", "grupo", "canal", "foro", "lugar", "source", "source_name", "fuente", "site", "sitio",
    ),
    "outlet": (
        "outlet", "publisher", "newspaper", "publication", "news_source", "media_outlet", "medio", "periodico",
        "diario", "editorial",
    ),
    "kind": ("kind", "type", "post_type", "item_type", "tipo"),
}  # fmt: skip
"""What each column may be called, best name first; folded as by `fold_name`."""

_ROLE_OF = {name: (role, rank) for role, names in NAMES.items() for rank, name in enumerate(names)}
_SHOWN = (
    "text",
    "full text",
    "body",
    "content",
    "message",
    "comment",
    "texto",
    "mensaje",
    "contenido",
    "comentario",
)


def fold_name(name: str) -> str:
    """Return a column's name in lower case without accents, its words joined by `_`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def find_columns(names: Iterable[str]) -> dict[str, str]:
    """Return the column for each role that can be told, as `{role: name as written}`."""
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        role, rank = _ROLE_OF.get(fold_name(name), ("", 0))
        if role and (role not in best or rank < best[role][0]):
            best[role] = (rank, name)
    return {role: name for role, (_, name) in best.items()}


def no_text_column(file: str, names: Iterable[str]) -> str:
    """Return the sentence for a table without a text column: what it has, and what is looked for."""
    given = [name if len(name) <= 40 else name[:37] + "..." for name in names]
    shown = ", ".join(given[:20]) + (f" and {len(given) - 20} more" if len(given) > 20 else "")
    return (
        f"{file} has no column with the text: its columns are {shown or 'none'}; "
        f"rename the right one to text (known names: {', '.join(_SHOWN)} and others)"
    )
