"""Topics: what Postura follows, one TOML file an agreement, read and checked by `load_topic`."""

from topics.loader import TopicError, load_topic, topic_names
from topics.model import Topic
from topics.parts import (
    Actor,
    Camp,
    Feed,
    Files,
    Frame,
    Keywords,
    News,
    Reddit,
    Simulated,
    Sources,
    Target,
    TopicEvent,
    WordLists,
    Words,
)

__all__ = [
    "Actor",
    "Camp",
    "Feed",
    "Files",
    "Frame",
    "Keywords",
    "News",
    "Reddit",
    "Simulated",
    "Sources",
    "Target",
    "Topic",
    "TopicError",
    "TopicEvent",
    "WordLists",
    "Words",
    "load_topic",
    "topic_names",
]
