// Drawing: a block's specification, its rows and the theme, given to Vega.
const ROW_HEIGHT = 19;
const formats = Object.fromEntries(Object.entries(UNITS).filter(([name]) => !WORDS.has(name))
  .map(([name]) => [name, (value) => (value === null || value === undefined ? "" : onAxis(value, name))]));
formats.daylabel = (value) => dayLabel(Number(value));
formats.hourlabel = (value) => hourLabel(Number(value));

// A day on an axis: with its year where more than a year is shown.
let isLong = false;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
function dayLabel(time) {
  const day = new Date(time), month = MONTHS[day.getUTCMonth()];
  return isLong ? `${month} ${day.getUTCFullYear()}` : `${day.getUTCDate()} ${month}`;
}
// An hour on an axis: midnight with its day.
function hourLabel(time) {
  const at = new Date(time), hour = at.getUTCHours();
  return hour ? `${String(hour).padStart(2, "0")}:00` : `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}
const nothing = () => Promise.reject(new Error("a report loads nothing"));
const loader = { load: nothing, sanitize: nothing, http: nothing, file: nothing, options: {} };

function specification(block, host) {
  const height = block.per ? ROW_HEIGHT * new Set(block.drawn.map((row) => row[block.per])).size : block.height;
  const days = block.drawn.map((row) => row.date).filter(Boolean);
  isLong = days.length > 0 && days.reduce((a, b) => Math.max(a, b)) - days.reduce((a, b) => Math.min(a, b)) > 400 * DAY;
  return {
    width: Math.max(host.clientWidth, 240), height, ...coloured(block.spec, block), autosize: { type: "fit-x", contains: "padding" }, padding: { left: 2, right: 6, top: 4, bottom: 2 },
    description: block.title, data: { name: "rows", values: block.drawn }, config: settings(host.clientWidth),
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
    host.append(element("p", block.empty, "empty"));
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
