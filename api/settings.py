"""Settings from `OKR_…` environment variables or a `.env` file."""

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from api.access.oidc_settings import OidcSettings
from api.logs import Format, Level
from domain.database import SQLITE, Database
from domain.database import database as database_at


class Settings(OidcSettings):
    """What an operator may choose; every default runs on one machine with nothing else set up."""

    # The address of a server may hold a password, so no message repeats what was given.
    model_config = SettingsConfigDict(
        env_prefix="OKR_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    database: str = Field(default=f"{SQLITE}okr.db", repr=False)
    """Where the history is kept: `sqlite:///` and a file, or a `postgresql://` address."""

    timezone: str = "UTC"
    """The zone in which days begin and end, by its IANA name."""

    log_level: Level = "info"
    """The least that is logged: debug, info, warning or error."""

    log_format: Format = "auto"
    """How lines of the log look: json, console, or auto for colours on a terminal only."""

    auth: Literal["off", "keys", "oidc", "both"] = "off"
    """How callers sign in: not at all, on this machine alone; with API keys; with the tokens of an
    identity provider; or with either."""

    rate_limit: int = Field(default=6000, ge=1)
    """How many requests each caller may make a minute, where callers sign in."""

    max_streams: int = Field(default=50, ge=1)
    """How many streams each caller may have at a time, where callers sign in."""

    max_waits: int = Field(default=8, ge=1)
    """How many reads of each caller may wait for a position at a time, where callers sign in."""

    spool_megabytes: int = Field(default=2048, ge=0)
    """How much of its long answers each process keeps on the disk, to send them again."""

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: str) -> str:
        database_at(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("give an IANA time zone, for instance Europe/Oslo") from None
        return value

    @field_validator("auth")
    @classmethod
    def _issuer_named(cls, value: str, info: ValidationInfo) -> str:
        # A setting that was refused is missing here, and is told of by itself.
        named = all(info.data.get(f"oidc_{one}", "-") for one in ("issuer", "audience"))
        if value in ("oidc", "both") and not named:
            raise ValueError("set OKR_OIDC_ISSUER and OKR_OIDC_AUDIENCE as well")
        return value

    @property
    def where(self) -> Database:
        """Where the log is kept; prints without its password."""
        return database_at(self.database)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
