"""Which calls does OpenSearch have? Those that are served (served.py), and tables of those that never are, with why."""

from typing import Final

from vecgate.dialects.base.routing import Route
from vecgate.dialects.opensearch.routes import plugins, refused, security, served, server

ROUTES: Final[tuple[Route, ...]] = (*served.ROWS, *refused.ROWS, *server.ROWS, *security.ROWS, *plugins.ROWS)
