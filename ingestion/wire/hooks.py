"""One request to an address of the operator's: a webhook, or a ping.

Belongs here: sending it without showing the address. Does not: what is said (orchestration/notifying).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import httpx

from ingestion.wire.proxies import proxy_of

TIMEOUT_SECONDS = 10.0


def send(url: str, body: Mapping[str, str] | None = None) -> str | None:
    """POST this as JSON, or GET where there is nothing to say; through the proxy of the environment. Why it did not arrive, or None."""
    for name in ("httpx", "httpcore"):  # they log addresses
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        proxy, certificates = proxy_of(httpx.URL(url)), httpx.create_ssl_context()
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, proxy=proxy, verify=certificates) as client:
            answer = client.post(url, json=body) if body is not None else client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        return f"could not be sent: {type(error).__name__}"
    return None if answer.is_success else f"was refused: status {answer.status_code}"
