"""What an endpoint is."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_type_hints

from pimentachat.requests.params import Params

Method = Literal["GET", "HEAD", "POST", "PUT", "DELETE"]
Envelope = Literal["success", "status", "bare", "page"]

BASE: Final = "/api/v1/"


@dataclass(frozen=True)
class Endpoint:
    """One route: what it is called, who may call it, what it takes, and the function that says what it does."""

    method: Method
    path: str
    call: Callable[..., Any]
    params: type[Params]
    public: bool = False
    knows_caller: bool = False
    """Public, but told who calls when somebody does: the function takes `caller: Caller | None`."""
    knows_origin: bool = False
    """The function takes `origin: Origin`."""
    browser: bool = False
    """The login may also come in the query or in cookies, as browsers send it with pictures and links."""
    open_to_pages: bool = False
    """Pages of other sites may read the answers, whatever the setting API_Enable_CORS says."""
    still: bool = False
    """The same for everybody, out of files that the function carries: nothing is read from the tables."""
    permission: str | tuple[str, ...] = ()
    """Asked before the parameters are looked at; any of several will do. Missing: 403 unauthorized."""
    paced: bool = True
    """Whether there is a limit to how often somebody may call it (auth/rates.py)."""
    envelope: Envelope = "success"
    replies: Any = None
    """The type of the reply, where it differs by the kind of room that the endpoint is mounted for."""

    @property
    def name(self) -> str:
        """`chat.postMessage`; the path itself outside of /api/v1."""
        return self.path.removeprefix(BASE)

    @property
    def limited(self) -> bool:
        """The limits are those of the API: pictures, files and pages have none (contract: common.yaml rate_limiter)."""
        return self.paced and self.path.startswith(BASE)

    @property
    def summary(self) -> str:
        return (inspect.getdoc(self.call) or self.name).partition("\n")[0]

    @property
    def reply(self) -> Any:
        return self.replies or get_type_hints(self.call, include_extras=True).get("return")
