// The pointer and the keys: what a mark or a day says, and dragging across days to zoom into them.
const tip = document.getElementById("tip");

function showTip(title, lines, x, y) {
  const table = element("table");
  for (const [colour, label, text] of lines) {
    const row = table.insertRow(), first = row.insertCell();
    if (colour) { const swatch = element("i", "", "swatch"); swatch.style.cssText = `background:${colour};display:inline-block`; first.append(swatch); }
    row.insertCell().append(element("bdi", label));
    row.insertCell().append(element("bdi", text));
  }
  tip.replaceChildren(...(title ? [element("b", title)] : []), table);
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, x + 16 + box.width > innerWidth ? x - box.width - 16 : x + 16)}px`;
  tip.style.top = `${Math.max(4, Math.min(y + 12, innerHeight - box.height - 4))}px`;
}
const hideTip = () => { tip.hidden = true; };

// A mark of a chart that is not over time: its row, column by column.
function tellMark(block, event, item, value) {
  if (block.timed) return;
  if (!value || !item) return hideTip();
  const told = block.told.map((one) => [null, one.label, figure(one.name === "date" ? asDay(dayOf(item.datum)) : item.datum[one.name], one.unit)]);
  showTip("", told, event.clientX, event.clientY);
}

const dayOf = (datum) => Number(datum.date ?? datum.utcyearmonthdate_date);

// All figures of one day.
function linesOf(block, day) {
  const rows = block.drawn.filter((row) => row.date === day);
  const colour = Object.fromEntries(block.series.map((one) => [one.name, one.colour]));
  if (block.by) return rows.filter((row) => row[block.columns[0].name] !== undefined).map((row) => [colour[row[block.by]], row[block.by], figure(row[block.columns[0].name], block.columns[0].unit)]);
  return rows.slice(0, 1).flatMap((row) => block.columns.map((column) => [colour[column.name], column.label, figure(row[column.name], column.unit)]));
}

function readByDay(block, host) {
  const cross = host.appendChild(element("div", "", "cross")), band = host.appendChild(element("div", "", "drag"));
  const days = [...new Set(block.drawn.filter((row) => !isGap(block, row)).map((row) => row.date))].sort((a, b) => a - b);
  cross.hidden = band.hidden = true;
  const half = JSON.stringify(block.spec).includes("utcyearmonthdate") ? (block.hourly ? HOUR : DAY) / 2 : 0; // bars are as wide as their day or hour
  let place = -1, began = null;
  const left = () => block.view.origin()[0] + block.view.padding().left;
  const at = (x) => Number(block.view.scale("x").invert(x - left())) - half;
  const nearest = (time) => days.reduce((best, day, number) => (Math.abs(day - time) < Math.abs(days[best] - time) ? number : best), 0);
  const show = (number, y) => {
    place = Math.max(0, Math.min(days.length - 1, number));
    const box = host.getBoundingClientRect(), x = left() + block.view.scale("x")(days[place] + half);
    cross.hidden = false;
    cross.style.left = `${x}px`;
    showTip(block.hourly ? asHour(days[place]) : asDay(days[place]), linesOf(block, days[place]), box.left + x, y ?? box.top + 20);
  };
  const leave = () => { cross.hidden = true; hideTip(); };
  const inside = (event) => event.clientX - host.getBoundingClientRect().left;
  host.onpointermove = (event) => {
    show(nearest(at(inside(event))), event.clientY);
    if (began === null) return;
    band.hidden = false;
    band.style.left = `${Math.min(began, inside(event))}px`;
    band.style.width = `${Math.abs(inside(event) - began)}px`;
  };
  host.onpointerdown = (event) => { if (event.pointerType === "mouse" && !block.hourly) { began = inside(event); host.setPointerCapture(event.pointerId); } };
  host.onpointerup = (event) => {
    const from = began, to = inside(event);
    began = null;
    band.hidden = true;
    if (from !== null && Math.abs(to - from) > 8) setRange(asDay(days[nearest(at(Math.min(from, to)))]), asDay(days[nearest(at(Math.max(from, to)))]));
  };
  host.onpointerleave = leave;
  host.onblur = leave;
  if (!block.hourly) host.ondblclick = () => setRange(null, null);
  host.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.key === "Escape") leave();
    if (step === undefined) return;
    event.preventDefault();
    show(place < 0 ? days.length - 1 : place + step);
  };
  host.tabIndex = 0;
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", `${block.title}, ${block.hourly ? "hour by hour" : "day by day"}: use the arrow keys`);
}

const isGap = (block, row) => block.columns.every((column) => row[column.name] === undefined);
