// Drawing: a block's specification, its rows and the theme, given to Vega.
const ROW_HEIGHT = 19;
const formats = Object.fromEntries(Object.entries(UNITS).filter(([name]) => !WORDS.has(name))
  .map(([name, format]) => [name, (value) => (value === null || value === undefined ? "" : format(Number(value)))]));
const nothing = () => Promise.reject(new Error("a report loads nothing"));
const loader = { load: nothing, sanitize: nothing, http: nothing, file: nothing, options: {} };

function specification(block, host) {
  const height = block.per ? ROW_HEIGHT * new Set(block.drawn.map((row) => row[block.per])).size : block.height;
  return {
    width: Math.max(host.clientWidth, 240), height, ...coloured(block.spec, block), autosize: { type: "fit-x", contains: "padding" }, padding: { left: 2, right: 6, top: 4, bottom: 2 },
    description: block.title, data: { name: "rows", values: block.drawn }, config: settings(),
  };
}

function optionsOf(block) {
  return {
    mode: "vega-lite", renderer: "canvas", actions: false, defaultStyle: false, hover: false, ast: true, logLevel: 1, loader,
    expressionFunctions: formats, tooltip: (_, event, item, value) => tellMark(block, event, item, value),
  };
}

async function drawChart(block, article) {
  const host = article.querySelector(".chart"), rows = rowsOf(block);
  block.view?.finalize();
  block.view = null;
  block.series = block.timed ? seriesOf(block) : [];
  drawLegend(block, article.querySelector(".legend"));
  host.replaceChildren();
  block.drawn = forChart(block, rows);
  if (!rows.some((row) => Object.values(row).some((value) => typeof value === "number"))) {
    host.append(element("p", "Nothing is published for this choice.", "empty"));
    return;
  }
  const canvas = host.appendChild(element("div"));
  block.view = (await vegaEmbed(canvas, specification(block, host), optionsOf(block))).view;
  canvas.setAttribute("role", "img");
  canvas.removeAttribute("aria-roledescription");
  canvas.setAttribute("aria-label", `Chart: ${block.title}. Its figures are in the table under Data.`);
  if (block.timed) readByDay(block, host);
}

function drawLegend(block, host) {
  const regimes = JSON.stringify(block.spec).includes("$regimes") ? Object.entries(REGIMES).map(([name, pair]) => ({ label: name.replace("_", " "), colour: pair[isDark() ? 1 : 0] })) : [];
  const shown = block.series.length > 1 || regimes.length ? [...block.series, ...regimes] : [];
  host.replaceChildren(...shown.map((one) => {
    const entry = element("span"), swatch = element("i", "", "swatch"), label = element("bdi", one.label);
    swatch.style.background = one.colour;
    entry.append(swatch, label);
    return entry;
  }));
}
