"""Links that invite into a room. The id is what the link carries."""

from pimentachat import clock
from pimentachat.models.records import Record


class Invite(Record):
    rid: str
    user_id: str
    created_at: str
    days: int
    """0: for ever."""
    max_uses: int
    """0: as often as anybody likes."""
    uses: int = 0
    expires: str | None = None

    @property
    def usable(self) -> bool:
        in_time = self.expires is None or self.expires > clock.now_text()
        return in_time and (self.max_uses == 0 or self.uses < self.max_uses)
