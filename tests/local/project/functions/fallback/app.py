from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class Api:
    routes = ()

    def asgi(self, threads: bool) -> Starlette:
        async def nothing(request: Request) -> JSONResponse:
            return JSONResponse({"nothing at": request.url.path}, 404)

        return Starlette(routes=[Route("/{path:path}", nothing, methods=["GET", "POST", "OPTIONS"])])


api = Api()
