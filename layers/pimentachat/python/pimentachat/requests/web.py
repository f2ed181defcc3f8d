"""Files of the pages."""

from typing import Annotated

from pimentachat.requests.bounds import REFERENCE
from pimentachat.requests.params import Params


class WebFile(Params):
    version: Annotated[str, REFERENCE]
    file: Annotated[str, REFERENCE]
