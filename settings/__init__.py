"""What the machine's owner sets: places, keys and switches, from the environment or `.env`. Imports nothing of ours."""

from settings.errors import SettingsError
from settings.loading import load_settings, unknown_variables
from settings.model import ROOT, Settings

__all__ = ["ROOT", "Settings", "SettingsError", "load_settings", "unknown_variables"]
