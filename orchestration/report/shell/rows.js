// The rows of a block: unpacked once, filtered by what the reader chose, with a gap where days or hours are missing.
const PAGE = JSON.parse(document.getElementById("data").textContent);
const DAY = 86400000, HOUR = 3600000, WEEK = 7;
const state = { from: null, to: null, chosen: Object.fromEntries(PAGE.choices.map((choice) => [choice.column, [...choice.chosen]])) };

function unpacked(packed) {
  const names = Object.keys(packed);
  const columns = names.map((name) => (packed[name].words ? packed[name].at.map((at) => (at === null ? null : packed[name].words[at])) : packed[name]));
  const length = names.length ? columns[0].length : 0;
  return Array.from({ length }, (_, row) => Object.fromEntries(names.map((name, column) => [name, columns[column][row]])));
}

function rowsOf(block) {
  block.all ??= unpacked(block.rows);
  const tests = PAGE.choices.filter((choice) => choice.column in block.rows && !block.ignores.includes(choice.column))
    .map((choice) => [choice.column, new Set(state.chosen[choice.column])]);
  const isDated = "date" in block.rows && !block.ignores.includes("date");
  return block.all.filter((row) => tests.every(([column, chosen]) => chosen.has(row[column]))
    && (!isDated || ((!state.from || row.date >= state.from) && (!state.to || row.date <= state.to))));
}

// Rows as charts take them: days as numbers, and in each line an empty row where days are missing, so that no line crosses them.
function forChart(block, rows) {
  const dated = rows.map((row, place) => ({ ...row, place, ...(row.date ? { date: Date.parse(row.date) } : {}), ...(row.until ? { until: Date.parse(row.until) } : {}) }));
  if (!block.timed) return dated;
  const dense = Date.parse(PAGE.days.dense), found = [], last = new Map();
  for (const row of dated) {
    const before = last.get(row[block.by]);
    const step = block.hourly ? HOUR : row.date > dense ? DAY : WEEK * DAY;
    if (before !== undefined && row.date - before > step) found.push({ [block.by || "series"]: row[block.by], date: before + (block.hourly ? HOUR : DAY) });
    found.push(row);
    last.set(row[block.by], row.date);
  }
  return found;
}

function extent() {
  const days = Object.values(PAGE.blocks).filter((block) => "date" in block.rows && !block.ignores.includes("date"))
    .flatMap((block) => block.rows.date.words ?? []);
  return days.length ? [days.reduce((a, b) => (a < b ? a : b)), PAGE.days.newest] : null;
}

const element = (name, text = "", className = "") => {
  const made = document.createElement(name);
  if (text !== "") made.textContent = text;
  if (className) made.className = className;
  return made;
};
