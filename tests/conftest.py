"""What all tests share: how long Hypothesis searches, and where it begins."""

from hypothesis import HealthCheck, settings

# A busy machine draws slowly; that is no failure of what is tested.
SLOW = [HealthCheck.too_slow]
# `make test` fails for a change, never for luck: it draws the same examples each time. `make fuzz`
# draws new ones, and many more.
settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=SLOW,
)
settings.register_profile("fuzz", max_examples=5_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("quick")
