"""What a phone loads to show its first table page, as Chromium counts it: a cold cache, encoded bodies and headers."""

import os
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from bootstrap import find_browser

PATIENCE = 30_000
"""Milliseconds."""


@dataclass
class Loaded:
    """Until the page is loaded and its socket has its `watch` answered."""

    requests: list[tuple[str, int]]
    """Path and bytes of each."""

    @property
    def bytes(self) -> int:
        """All of them."""
        return sum(size for _path, size in self.requests)


class Network:
    """What comes over the network, as the browser's own tools count it."""

    def __init__(self, tools: Any) -> None:
        self.requests: dict[str, str] = {}
        self.bytes: Counter[str] = Counter()
        self._underway: set[str] = set()
        self._loaded = self._watched = False
        tools.on("Network.requestWillBeSent", self._asked)
        tools.on("Network.loadingFinished", self._came)
        tools.on("Network.loadingFailed", lambda told: self._underway.discard(told["requestId"]))
        tools.on("Network.webSocketCreated", lambda told: self.requests.update({told["requestId"]: told["url"]}))
        tools.on("Network.webSocketHandshakeResponseReceived", self._upgraded)
        tools.on("Network.webSocketFrameReceived", self._heard)
        tools.on("Page.loadEventFired", self._load_ended)
        tools.send("Network.enable")
        tools.send("Page.enable")

    @property
    def live(self) -> bool:
        """Whether the page is loaded and its socket watches; what is asked for after that does not count."""
        return self._loaded and self._watched

    @property
    def done(self) -> bool:
        """Whether all that counts has come."""
        return self.live and not self._underway

    def _load_ended(self, told: Any) -> None:
        self._loaded = True

    def _asked(self, told: Any) -> None:
        if told["request"]["url"].startswith("http") and not self.live:
            self.requests[told["requestId"]] = told["request"]["url"]
            self._underway.add(told["requestId"])

    def _came(self, told: Any) -> None:
        self._underway.discard(told["requestId"])
        self.bytes[told["requestId"]] += int(told["encodedDataLength"])

    def _upgraded(self, told: Any) -> None:
        self.bytes[told["requestId"]] += len(told["response"].get("headersText", ""))

    def _heard(self, told: Any) -> None:
        if not self.live:
            self.bytes[told["requestId"]] += len(told["response"]["payloadData"].encode())
        # The acknowledgement of `watch` is the first of its kind.
        self._watched = self._watched or told["response"]["payloadData"].startswith("43")


def first_table_page(address: str, table: str, cookie: str) -> Loaded:
    """Load it as a phone that was never there before, but for its cookie."""
    name, _, value = cookie.partition("=")
    # Chromium's own sandbox does not run as root.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=3, has_touch=True)
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        network = Network(context.new_cdp_session(page))
        page.goto(f"{address}/tables/{table}", wait_until="load", timeout=PATIENCE)
        waited = 0
        while not network.done:
            assert waited < PATIENCE, f"the page does not become live; it asked for {sorted(network.requests.values())}"
            page.wait_for_timeout(20)
            waited += 20
        browser.close()
    # What came out of the browser's own cache was no request to anybody.
    sent = {one: url for one, url in network.requests.items() if network.bytes[one]}
    return Loaded([(urlsplit(url).path, network.bytes[one]) for one, url in sent.items()])
