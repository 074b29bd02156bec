"""What is raised where a setting cannot be used."""


class SettingsError(Exception):
    """A setting cannot be used; the message says which and what was expected."""
