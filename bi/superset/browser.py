"""The dashboard in a headless browser: signs in, opens a page, waits until every chart of it is drawn, and
takes a picture.

Belongs here: what is seen. Does not: what must be on it (charts.yml). Debian's chromium and chromium-driver;
PERPS_CHROMIUM names another.
"""

from __future__ import annotations

import io
import os
import shutil
import time
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from bi.superset.app import USER, Superset

WIDTH, HEIGHT, COLOURS, PATIENCE_S = 1440, 1000, 64, 120
CHART = ".dashboard-component-chart-holder"
DRAWN = "canvas, svg.superset-legacy-chart, table, .header-line, .ant-empty, .ant-table"
FAILED = "[data-test='error-alert'], .ant-alert-error, .error-message"
EMPTY = ".ant-empty"


class Page:
    """One browser with the dashboard open."""

    def __init__(self, app: Superset, pictures: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = os.environ.get("PERPS_CHROMIUM") or shutil.which("chromium") or ""
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            f"--window-size={WIDTH},{HEIGHT}",
        ):
            options.add_argument(argument)
        self.browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
        self.app, self.pictures = app, pictures

    def __enter__(self) -> Page:
        self.browser.get(f"{self.app.address}/login/")
        self._one("input[name='username'], #username").send_keys(USER)
        self._one("input[name='password'], #password").send_keys(self.app.password)
        self._one("[type='submit']").click()
        self._wait(lambda: "/login" not in self.browser.current_url)
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.quit()

    def open(self) -> None:
        self.browser.set_window_size(WIDTH, HEIGHT)
        self.browser.get(f"{self.app.address}/superset/dashboard/perps/")
        self._wait(lambda: bool(self._charts()))

    def draw(self, name: str, to: str | None = None) -> None:
        """Choose the tab, wait for its charts; SystemExit where one shows an error, or nothing in time."""
        started = time.perf_counter()
        self._wait(lambda: self._choose(name))
        self._wait(lambda: bool(self._charts()))
        self.browser.set_window_size(WIDTH, max(HEIGHT, self._height()))  # charts beside the window are not drawn
        self._wait(lambda: all(self._is_done(chart) for chart in self._charts()), name)
        failed = [chart.text for chart in self._charts() if chart.find_elements(By.CSS_SELECTOR, FAILED)]
        if failed:
            raise SystemExit(f"page {name}: {failed}")
        empty = sum(bool(chart.find_elements(By.CSS_SELECTOR, EMPTY)) for chart in self._charts())
        print(f"page {name}: {len(self._charts())} charts, {empty} empty, {time.perf_counter() - started:.1f} s", flush=True)
        if to:
            time.sleep(1.5)  # charts grow into their shapes
            picture = Image.open(io.BytesIO(self.browser.get_screenshot_as_png()))
            picture.convert("RGB").quantize(COLOURS).save(self.pictures / to, optimize=True)

    def _choose(self, name: str) -> bool:
        for tab in self.browser.find_elements(By.CSS_SELECTOR, ".dashboard-component-tabs [role='tab']"):
            if tab.text.strip() == name:
                self.browser.execute_script("arguments[0].click()", tab)
                return bool(tab.get_attribute("aria-selected") == "true")
        return False

    def _charts(self) -> list[WebElement]:
        return [one for one in self.browser.find_elements(By.CSS_SELECTOR, CHART) if one.is_displayed()]

    def _is_done(self, chart: WebElement) -> bool:
        if chart.find_elements(By.CSS_SELECTOR, FAILED):
            return True
        is_loading = chart.find_elements(By.CSS_SELECTOR, ".loading, [data-test='loading-indicator']")
        return not is_loading and bool(chart.find_elements(By.CSS_SELECTOR, DRAWN))

    def _height(self) -> int:
        script = (
            "return Math.max(...[...document.querySelectorAll(arguments[0])].map(e => e.getBoundingClientRect().bottom + window.scrollY))"
        )
        return int(self.browser.execute_script(script, CHART)) + 200

    def _one(self, selector: str) -> WebElement:
        self._wait(lambda: bool(self.browser.find_elements(By.CSS_SELECTOR, selector)), selector)
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def _wait(self, condition: object, what: str = "the dashboard") -> None:
        assert callable(condition)
        WebDriverWait(self.browser, PATIENCE_S, ignored_exceptions=[Exception]).until(lambda _: condition(), f"{what}: not there in time")
