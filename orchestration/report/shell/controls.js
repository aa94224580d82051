// What the reader chooses: days, names, light or dark. It stands in the address, so that a link shows the same.
// Charts begin with ninety days where there are more.
const DAYS_AT_FIRST = 90;
const RANGES = [["7 d", 7], ["30 d", 30], ["90 d", 90], ["1 y", 365], ["All", 0]];

function setRange(from, to) {
  [state.from, state.to] = [from, to];
  changed();
}

function firstDay() {
  const whole = extent(), from = asDay(Date.parse(PAGE.days.newest) - (DAYS_AT_FIRST - 1) * DAY);
  return whole && whole[0] < from ? from : null;
}

function writeAddress() {
  const parts = new URLSearchParams();
  if (state.from !== firstDay()) parts.set("from", state.from ?? "all");
  if (state.to) parts.set("to", state.to);
  for (const choice of PAGE.choices) if (String(state.chosen[choice.column]) !== String(choice.chosen)) for (const name of state.chosen[choice.column]) parts.append(choice.column, name);
  history.replaceState(null, "", `#${parts}`);
}

function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1)), isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? "");
  state.from = isDay(parts.get("from")) ? parts.get("from") : parts.get("from") === "all" ? null : firstDay();
  if (isDay(parts.get("to"))) state.to = parts.get("to");
  for (const choice of PAGE.choices) {
    const names = parts.getAll(choice.column).filter((name) => choice.names.includes(name));
    if (names.length) state.chosen[choice.column] = choice.many ? names : names.slice(0, 1);
  }
}

function drawControls() {
  const form = document.getElementById("controls"), whole = extent();
  form.onsubmit = () => false;
  const parts = [...(whole ? [rangeButtons(whole), ...dayFields(whole)] : []), ...PAGE.choices.map((choice) => (choice.many ? manyNames(choice) : oneName(choice)))];
  form.replaceChildren(...parts);
  form.hidden = !parts.length;
}

function rangeButtons([first, last]) {
  const group = element("div", "", "range");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Range of days");
  for (const [label, days] of RANGES) {
    const from = days ? asDay(Date.parse(last) - (days - 1) * DAY) : null;
    if (from && from < first) continue;
    const button = element("button", label);
    button.type = "button";
    button.setAttribute("aria-pressed", String(state.from === from && state.to === null));
    button.onclick = () => setRange(from, null);
    group.append(button);
  }
  return group;
}

function dayFields([first, last]) {
  return [["From", "from", first], ["to", "to", last]].map(([text, key, edge]) => {
    const label = element("label", text), field = element("input");
    Object.assign(field, { type: "date", min: first, max: last, value: state[key] ?? edge });
    field.onchange = () => { if (field.value) { state[key] = field.value === edge ? null : field.value; changed(); } };
    label.append(field);
    return label;
  });
}

function oneName(choice) {
  const label = element("label", choice.label), select = element("select");
  select.append(...choice.names.map((name) => Object.assign(element("option", name), { value: name, selected: state.chosen[choice.column].includes(name) })));
  select.onchange = () => { state.chosen[choice.column] = [select.value]; changed(); };
  label.append(select);
  return label;
}

function manyNames(choice) {
  const details = element("details"), chosen = state.chosen[choice.column], names = element("div", "", "names");
  details.append(element("summary", `${choice.label}: ${chosen.length} of ${choice.names.length}`), names);
  for (const name of choice.names) {
    const label = element("label"), box = Object.assign(element("input"), { type: "checkbox", checked: chosen.includes(name) });
    box.onchange = () => {
      state.chosen[choice.column] = choice.names.filter((one) => (one === name ? box.checked : state.chosen[choice.column].includes(one)));
      details.firstChild.textContent = `${choice.label}: ${state.chosen[choice.column].length} of ${choice.names.length}`;
      changed(false);
    };
    label.append(box, element("bdi", name));
    names.append(label);
  }
  details.onkeydown = (event) => { if (event.key === "Escape") { details.open = false; details.firstChild.focus(); } };
  return details;
}
