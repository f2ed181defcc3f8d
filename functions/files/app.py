"""Files, for those who may read the room they were uploaded to."""

from pimentachat.api import Api, Redirect
from pimentachat.auth.callers import Caller
from pimentachat.requests.files import Download
from pimentachat.services.files import files

api = Api("files")


@api.get("/file-upload/{id}/{name}", public=True, browser=True)
def download(caller: Caller | None, params: Download) -> Redirect:
    """Fetch an uploaded file: a redirect to a short-lived address"""
    return Redirect(files.download_address(caller, params.id))


@api.head("/file-upload/{id}/{name}", public=True, browser=True)
def look(caller: Caller | None, params: Download) -> Redirect:
    """Ask what an uploaded file is: a redirect to a short-lived address"""
    return Redirect(files.download_address(caller, params.id, body=False))


handler = api.handler
