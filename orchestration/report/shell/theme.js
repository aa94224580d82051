// Light and dark: which one, and what charts take their colours from.
const root = document.documentElement;
const remembered = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
const remember = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* a page from a disk may have no storage */ } };
const isDark = () => root.dataset.theme === "dark";
const variable = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const REGIMES = { calm: ["#cfe6d8", "#1f4a35"], build_up: ["#f6dd9a", "#5a4713"], stress: ["#f3b99f", "#6d3a22"], deleveraging: ["#e78f88", "#7d2a2a"] };
const SCHEMES = {
  $diverging: [["#1f6fb5", "#a9cbe8", "#f4f4f4", "#f1b98a", "#c05a00"], ["#5aaeea", "#2c5578", "#1f2630", "#7a4a1f", "#f0a04b"]],
  $sequential: [["#f3f5f8", "#9cc2e5", "#0b62b8"], ["#1d242e", "#2f5f92", "#7fb8f2"]],
};

function setTheme(theme) {
  root.dataset.theme = theme;
  const button = document.getElementById("theme");
  button.setAttribute("aria-pressed", String(theme === "dark"));
}

// By name, of a block's lines or bars: its label and its colour in this theme.
function seriesOf(block) {
  const dark = isDark() ? 1 : 0;
  if (!block.by) {
    return block.columns.filter((column) => column.name in block.labels)
      .map((column, number) => ({ name: column.name, label: column.label, colour: PAGE.colours[""][number][dark] }));
  }
  const known = PAGE.colours[block.by];
  const order = Object.keys(known), names = [...new Set(rowsOf(block).map((row) => row[block.by]))];
  return names.sort((a, b) => order.indexOf(a) - order.indexOf(b)).map((name) => ({ name, label: name, colour: known[name][dark] }));
}

// The scale ends where 98 of 100 figures lie within it: a few wild ones do not take the colour from all others.
function usual(block) {
  const sizes = block.drawn.map((row) => Math.abs(row[block.field])).filter(Number.isFinite).sort((a, b) => a - b);
  return sizes[Math.floor(0.98 * (sizes.length - 1))] || 1;
}

function coloured(spec, block) {
  const dark = isDark() ? 1 : 0;
  const fill = (value) => {
    if (Array.isArray(value)) return value.map(fill);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    if (value === "$ink") return variable("--accent");
    if (value === "$series") return { domain: block.series.map((one) => one.name), range: block.series.map((one) => one.colour) };
    if (value === "$regimes") return { domain: Object.keys(REGIMES), range: Object.values(REGIMES).map((pair) => pair[dark]) };
    if (value === "$diverging") return { range: SCHEMES.$diverging[dark], domain: [-1, -0.5, 0, 0.5, 1].map((part) => part * usual(block)), clamp: true, interpolate: "rgb" };
    if (value === "$sequential") return { range: SCHEMES.$sequential[dark], zero: true };
    return value;
  };
  return fill(spec);
}

function settings(width) {
  const ink = variable("--ink"), quiet = variable("--quiet"), grid = variable("--grid");
  return {
    background: "transparent", font: "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif", customFormatTypes: true,
    view: { stroke: null },
    axis: { labelColor: quiet, titleColor: quiet, gridColor: grid, domainColor: grid, tickColor: grid, labelFontSize: 11.5, titleFontSize: 12, titleFontWeight: "normal", labelPadding: 6, ticks: false },
    axisY: { domain: false, tickCount: 5, labelLimit: Math.max(90, Math.min(240, 0.35 * width)) }, axisX: { labelFlush: true, labelOverlap: "parity", tickCount: Math.max(3, Math.round(width / 75)) },
    legend: { labelColor: quiet, titleColor: quiet, titleFontWeight: "normal", labelFontSize: 11.5 },
    text: { fill: ink }, rect: { strokeWidth: 0 },
  };
}
