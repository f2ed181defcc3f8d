"""Long jobs (docs/data-model.md)."""

from dataclasses import dataclass, field

from pimentachat.clock import Instant


@dataclass
class Job:
    id: str
    kind: str
    """Which work it is: a name of services/after/jobs.py."""
    facts: dict[str, str]
    """What it is about."""
    asked_at: Instant
    progress: str = ""
    """Where the next step goes on; what it means is for the kind to say."""
    version: int = field(default=0, compare=False)
