"""The page of a run in a browser: it is clicked, sorted and walked through by keys, on a screen and on a phone.

Needs selenium and the system's Chromium with its driver; skipped where they aren't.
"""

import json
import shutil
from itertools import combinations

import pytest

from tests.workflows.test_search import changed
from xpert_evo.design.choices import ArrayChoices
from xpert_evo.hardware.preset import preset_content
from xpert_evo.workflows.promotion import promote_designs
from xpert_evo.workflows.report import write_report
from xpert_evo.workflows.search import run_search

selenium = pytest.importorskip("selenium", reason="selenium isn't installed")

from selenium import webdriver  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

SURVEY = "rram-adc-survey"
SCREEN, PHONE = (1400, 900), (390, 844)
EVIL = "<img src=x onerror='window.evil = 1'></script><script>window.evil = 1</script>"
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def found(*names: str) -> str:
    path = next((path for path in map(shutil.which, names) if path), None)
    if path is None:
        pytest.skip(f"none of {', '.join(names)} is installed")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = found("chromium", "chromium-browser", "google-chrome")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(found("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, finished_run):
    """A run with everything that a page can show, on a machine with a strange name."""
    from tests.conftest import FormulaEstimator

    out = shutil.copytree(finished_run, tmp_path_factory.mktemp("shown") / "run")
    promote_designs(out, designs=2, estimator=FormulaEstimator())
    facts = json.loads((out / "run.json").read_text())
    facts["machine"]["processor"] = EVIL
    (out / "run.json").write_text(json.dumps(facts))
    return out


class Page:
    """A page in a window of a size."""

    def __init__(self, browser, path, size):
        self.browser, self.url = browser, path.as_uri()
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get("about:blank")
        for kind in ("browser", "performance"):
            browser.get_log(kind)  # what pages before had to say
        browser.get(self.url)
        self.wait(lambda: self.all("#scatter .point"))

    def wait(self, what):
        return WebDriverWait(self.browser, 20).until(lambda _: what())

    def run(self, script, *arguments):
        return self.browser.execute_script(f"return {script}", *arguments)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.one(selector).text

    def click(self, element):
        """Where it is seen, as a hand would."""
        self.run("arguments[0].scrollIntoView({block: 'center', inline: 'center'})", element)
        ActionChains(self.browser).move_to_element(element).pause(0.2).click().perform()

    def press(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()

    def box(self, selector):
        return self.run("document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", selector)

    @property
    def pinned(self):
        """The id of the pinned row, or None."""
        rows = self.all("#designs tbody tr.pinned")
        return rows[0].get_attribute("data-id") if rows else None

    def quiet(self):
        """Nothing on the console, nothing asked of a network, nothing run that the folder brought along."""
        assert self.browser.get_log("browser") == []
        messages = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
        assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} <= {self.url}
        assert self.run("window.evil") is None and self.run("document.images.length") == 0


@pytest.fixture(params=[SCREEN, PHONE], ids=["screen", "phone"], scope="module")
def page(request, browser, folder):
    return Page(browser, write_report(folder), request.param)


@pytest.fixture(autouse=True)
def _nothing_pinned(request):
    yield
    if "page" in request.fixturenames:
        request.getfixturevalue("page").press(Keys.ESCAPE)


def test_the_front_comes_before_a_scroll_and_nothing_sticks_out(page):
    height, width = page.run("[innerHeight, innerWidth]")
    assert page.run("scrollY") == 0 and page.box("#scatter")["top"] > 0 and page.box("#scatter")["bottom"] < height
    assert page.run("document.documentElement.scrollWidth") <= width
    assert "trained for 30 epochs" in page.text("#legend") and "homogeneous VGG16, 8 columns" in page.text("#legend")
    page.quiet()


def test_a_click_on_the_front_pins_a_design_everywhere(page):
    points = page.all("#scatter .trace:nth-of-type(3) .point")
    assert len(points) > 3
    page.click(points[2])
    page.wait(lambda: page.pinned)
    identity = page.pinned
    assert identity in page.text("#pinned") and "proxy accuracy, over 2 fresh seeds" in page.text("#pinned .accuracies")
    assert page.text("#pinned .command code") == f"xpert-evo export . --pick {identity} --to {identity}"
    assert page.text("#pinned .costs tbody tr").startswith("EDAP") and "x" in page.text(
        "#pinned .costs tbody td:last-child"
    )
    assert len(page.all("#pinned .strip tbody tr")) >= 5
    assert all(len(row.find_elements(By.TAG_NAME, "td")) == 13 for row in page.all("#pinned .strip tbody tr"))
    assert len(page.all("#breakdown .bars .point")) > 3 * 13 and not page.one("#unpinned").is_displayed()
    framed = [column for column in page.all("#gene-maps .column") if column.get_attribute("data-id") == identity]
    assert len(framed) >= 5
    for column in framed:
        assert float(column.find_element(By.CSS_SELECTOR, ".frame").get_attribute("stroke-width")) > 0
    page.press(Keys.ESCAPE)
    page.wait(lambda: page.pinned is None)
    assert page.one("#unpinned").is_displayed() and not page.one("#pinned").is_displayed()
    page.quiet()


@pytest.mark.parametrize(
    "mark",
    [
        "#gene-maps figure:nth-of-type(2) .column:nth-of-type(3)",
        "#parallel-plot .trace:nth-of-type(2) .point",
        "#scatter .trace:last-of-type .point",
        "#fit .trace:nth-of-type(2) .point",
        "#unpinned button.id",
    ],
)
def test_so_does_a_click_on_any_other_mark(page, mark):
    page.click(page.all(mark)[0])
    page.wait(lambda: page.one("#pinned").is_displayed())
    assert "unpin" in page.text("#pinned")
    page.click(page.one("#unpin"))
    page.wait(lambda: not page.one("#pinned").is_displayed())
    page.quiet()


def test_the_table_sorts_and_keeps_the_baselines(page):
    heads = [button.get_attribute("textContent") for button in page.all("#designs thead button")]
    column = next(number for number, head in enumerate(heads, start=1) if head.startswith("EDAP ("))
    for order in (lambda values: sorted(values, reverse=True), sorted):
        page.click(page.one(f"#designs thead th:nth-child({column}) button"))
        texts = [cell.get_attribute("textContent") for cell in page.all(f"#designs tbody td:nth-child({column})")]
        values = [float(text.replace(",", "").replace("·10", "e").translate(SUPERSCRIPTS)) for text in texts]
        assert len(values) > 5 and values == order(values)
    assert page.one("#designs thead [aria-sort]").get_attribute("aria-sort") == "ascending"
    counts = []
    for which in ("plane", "front", "all"):
        page.click(page.one(f"#listed label:has([value={which}])"))
        counts.append(len(page.all("#designs tbody tr")))
        names = [row.get_attribute("title") for row in page.all("#designs tbody tr.baseline")]
        assert len(names) == 2 and all(name.startswith("homogeneous VGG16, 8 columns to a 6-bit") for name in names)
    assert counts[0] < counts[1] < counts[2]
    page.click(page.one("#listed label:has([value=plane])"))
    page.quiet()


SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def test_its_head_and_first_column_stay_in_sight(page):
    page.click(page.one("#listed label:has([value=all])"))
    page.run("document.querySelector('#designs').scrollTo(150, 200)")
    page.wait(lambda: page.run("document.querySelector('#designs').scrollTop") > 100)
    box, head = page.box("#designs"), page.box("#designs thead th:first-child")
    assert head["top"] == pytest.approx(box["top"], abs=2) and head["left"] == pytest.approx(box["left"], abs=2)
    assert page.box("#designs tbody tr:nth-child(9) td")["left"] == pytest.approx(box["left"], abs=2)
    assert page.run("scrollX") == 0
    page.click(page.one("#listed label:has([value=plane])"))


def test_nothing_is_written_over_heads_of_axes_and_all_layers_are_in_sight(page):
    page.click(page.all("#gene-maps .column")[1])
    page.wait(lambda: page.one("#pinned .strip").is_displayed())
    strip = page.run("[...document.querySelectorAll('#pinned .wide')].map((box) => [box.scrollWidth, box.clientWidth])")
    assert strip and all(content <= room for content, room in strip)
    boxes = page.run(
        "[...document.querySelectorAll('#parallel-plot .annotation-text')].map((text) => ({"
        "words: text.textContent, ...text.getBoundingClientRect().toJSON()}))"
    )
    assert len(boxes) > 30
    for one, other in combinations(boxes, 2):
        overlap = [
            min(one[to], other[to]) - max(one[at], other[at]) > 1 for at, to in (("left", "right"), ("top", "bottom"))
        ]
        assert not all(overlap), f"{one['words']} is on {other['words']}"


def test_keys_walk_pin_and_unpin(page):
    rows = page.all("#designs tbody tr")
    assert [row.get_attribute("tabindex") for row in rows] == ["0"] + ["-1"] * (len(rows) - 1)
    page.run("document.querySelector('#designs thead th:last-child button').focus()")
    page.press(Keys.TAB)
    page.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP)
    focused = page.browser.switch_to.active_element
    assert focused == rows[1]
    assert page.run("getComputedStyle(arguments[0]).outlineStyle", focused) == "solid"
    page.press(Keys.ENTER)
    assert page.pinned == rows[1].get_attribute("data-id") and rows[1].get_attribute("aria-selected") == "true"
    page.press(Keys.END)
    assert page.browser.switch_to.active_element == rows[-1]
    page.press(Keys.ESCAPE)
    assert page.pinned is None
    page.quiet()


def test_axes_can_be_chosen_and_swapped(page):
    title = "document.querySelector('#scatter .{}title').textContent"
    assert page.run(title.format("x")).startswith("EDAP") and "accuracy" in page.run(title.format("y"))
    Select(page.one("#axis-x")).select_by_value("tops_per_w")
    page.wait(lambda: page.run(title.format("x")) == "TOPS/W, higher is better")
    page.click(page.one("#axes-swap"))
    page.wait(lambda: page.run(title.format("y")) == "TOPS/W, higher is better")
    assert len(page.all("#scatter .point")) > 10
    page.click(page.one("#axes-back"))
    page.wait(lambda: page.run(title.format("x")).startswith("EDAP"))
    assert not page.one("#axes-back").is_displayed()
    for key in [option.get_attribute("value") for option in Select(page.one("#axis-y")).options]:
        Select(page.one("#axis-y")).select_by_value(key)
        assert page.all("#scatter .point"), key
    page.click(page.one("#axes-back"))
    page.quiet()


def test_on_a_phone_a_bar_leads_to_the_pinned_design(browser, folder):
    phone = Page(browser, write_report(folder), PHONE)
    assert not phone.one("#bar").is_displayed()
    phone.click(phone.all("#gene-maps .column")[1])
    phone.wait(lambda: phone.one("#bar").is_displayed())
    phone.click(phone.one("#bar-name"))
    phone.wait(lambda: 0 <= phone.box("#pinned")["top"] < 400)
    assert phone.run("document.documentElement.scrollWidth") <= 390
    phone.click(phone.one("#bar-close"))
    phone.wait(lambda: not phone.one("#bar").is_displayed())


def test_long_names_leave_room_for_figures(browser, tmp_path, problem, estimator):
    space = problem.space.model_copy(update={"array": ArrayChoices(crossbar_size=(64, 128))})
    searched = changed(problem.model_copy(update={"space": space}), trainings=12, rivals=2)
    run_search(searched, tmp_path, estimator=estimator)  # names of homogeneous designs say their array
    for size in (SCREEN, PHONE):
        page = Page(browser, write_report(tmp_path), size)
        page.click(page.one("#listed label:has([value=all])"))
        (first, *_) = page.all("#designs td:first-child.long")
        assert page.run("arguments[0].getBoundingClientRect().width", first) < 0.5 * page.box("#designs")["width"]


def test_adcs_of_a_table_have_letters_hatches_and_a_legend(browser, tmp_path, problem, estimator):
    hardware = problem.hardware.model_copy(update={"preset": SURVEY, "content": preset_content(SURVEY)})
    kinds = ("survey-10ns", "survey-1ns", "survey-4ns")
    space = problem.space.model_copy(update={"adc_type": kinds, "adc_bits": (4, 6)})
    searched = problem.model_copy(update={"hardware": hardware, "space": space})
    run_search(changed(searched, trainings=12), tmp_path, estimator=estimator)
    page = Page(browser, write_report(tmp_path), SCREEN)
    page.click(page.all("#gene-maps .column")[0])
    page.wait(lambda: page.one("#pinned").is_displayed())
    assert "A survey-10ns, B survey-1ns, C survey-4ns" in page.text("#pinned")
    letters = [cell.text for cell in page.all("#pinned .strip tbody tr:nth-child(3) td")]
    assert len(letters) == 13 and set(letters) <= {"A", "B", "C"}
    spans = page.all("#gene-maps figure:nth-of-type(3) .scale span")
    scale = {span.text: span.get_attribute("class") for span in spans}
    assert scale["SAR"] == "hatch-45" and len({scale[kind] for kind in scale if kind != "flash"}) == len(scale) - 1
    page.quiet()


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_many_layers_are_shown_in_bands(browser, tmp_path, problem, estimator, size):
    searched = changed(problem.model_copy(update={"backbone": "resnet20"}), trainings=12)
    run_search(searched, tmp_path, estimator=estimator)
    page = Page(browser, write_report(tmp_path), size)
    page.click(page.one("#designs tbody td"))
    page.wait(lambda: page.one("#pinned .strip").is_displayed())
    bands = page.run("[...document.querySelectorAll('#pinned .wide')].map((box) => [box.scrollWidth, box.clientWidth])")
    assert len(bands) == 2 and all(content <= room for content, room in bands)
    numbers = [head.text for head in page.all("#pinned .strip thead th") if head.text]
    assert numbers == [str(layer + 1) for layer in range(21)]
    assert len(page.all("#pinned .strip tbody tr:first-child td")) == 21
    page.quiet()


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_a_run_without_its_store_is_shown_without_an_error(browser, folder, tmp_path, size):
    run = shutil.copytree(folder, tmp_path / "run")
    (run / "store.sqlite").unlink()
    next((run / "designs").glob("*.json")).unlink()
    page = Page(browser, write_report(run), size)
    for row in page.all("#designs tbody tr")[:4]:
        page.click(row.find_element(By.CSS_SELECTOR, "td"))
        page.wait(lambda: page.one("#pinned").is_displayed())
        page.press(Keys.ESCAPE)
    assert page.run("document.documentElement.scrollWidth") <= size[0]
    page.quiet()


def test_a_run_without_a_feasible_design_is_shown_without_an_error(browser, tmp_path, problem, estimator):
    run_search(changed(problem, constraints=["accuracy >= 0.9999"], trainings=12), tmp_path, estimator=estimator)
    page = Page(browser, write_report(tmp_path), SCREEN)
    assert "No feasible design was found" in page.text("#unpinned")
    page.click(page.all("#designs tbody tr")[-1])
    page.wait(lambda: page.one("#pinned").is_displayed())
    page.quiet()
