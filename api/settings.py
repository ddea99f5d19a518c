"""Settings from `OKR_…` environment variables or a `.env` file."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SQLITE = "sqlite:///"


class Settings(BaseSettings):
    """What an operator may choose; every default runs on one machine with nothing else set up."""

    model_config = SettingsConfigDict(env_prefix="OKR_", env_file=".env", extra="ignore")

    database: str = f"{SQLITE}okr.db"
    """Where the history is kept: `sqlite:///` and a file. The views stand beside it."""

    timezone: str = "UTC"
    """The zone in which days begin and end, by its IANA name."""

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(SQLITE) or len(value) == len(SQLITE):
            raise ValueError(f"give {SQLITE} and a file, for instance {SQLITE}okr.db")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("give an IANA time zone, for instance Europe/Oslo") from None
        return value

    @property
    def log_path(self) -> Path:
        return Path(self.database.removeprefix(SQLITE))

    @property
    def views_path(self) -> Path:
        """The read tables: `okr.views.db` beside `okr.db`."""
        return self.log_path.with_name(f"{self.log_path.stem}.views.db")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
