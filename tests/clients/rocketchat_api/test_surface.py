"""Every method of the Python client is called by the tests beside this one, or its endpoint is not served."""

from tests.clients.rocketchat_api.surface import called_by_tests, methods, served


def test_every_method_whose_endpoint_we_serve_is_called() -> None:
    ours = {name for name, endpoint in methods().items() if served(endpoint)}
    assert len(ours) > 150  # the list is really there
    assert ours - called_by_tests() == set()


def test_no_test_calls_what_we_do_not_serve() -> None:
    others = {name for name, endpoint in methods().items() if not served(endpoint)}
    assert others & called_by_tests() == set()
