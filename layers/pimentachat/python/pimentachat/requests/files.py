"""Downloads."""

from pimentachat.requests.params import Params


class Download(Params):
    id: str
    name: str
