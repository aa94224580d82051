// Tiles and tables. Every value is set as text.
const MOST = 25, LONG = 40, TROUBLE = new Set(["failed", "stale"]);

function drawTiles(block, article) {
  const host = article.querySelector(".tiles"), [row] = rowsOf(block);
  if (!row) { host.replaceChildren(element("p", block.empty, "empty")); return; }
  host.replaceChildren(...block.columns.map((column) => {
    const tile = element("div", "", "tile"), change = row[`${column.name}_change`];
    tile.append(element("div", column.label, "label"), element("div", figure(row[column.name], column.unit).replaceAll("_", " "), "figure"));
    if (change !== undefined && change !== null) {
      tile.append(element("div", `${change < 0 ? "▼" : "▲"} ${figure(Math.abs(change), "share")} in a day`, `change ${change < 0 ? "down" : "up"}`));
    }
    return tile;
  }));
}

function drawTable(block, article, host = article.querySelector(".table"), columns = block.columns) {
  const rows = sorted(rowsOf(block), block.sort);
  if (!rows.length) { host.replaceChildren(element("p", block.empty, "empty")); return; }
  const again = () => drawTable(block, article, host, columns);
  const table = element("table"), head = table.createTHead().insertRow(), body = table.createTBody();
  for (const column of columns) head.append(heading(block, column, again));
  const shown = block.isWhole ? rows : rows.slice(0, MOST);
  for (const row of shown) {
    const line = body.insertRow();
    for (const column of columns) {
      const cell = line.insertCell(), value = row[column.name];
      cell.className = [WORDS.has(column.unit) ? column.unit : "number", TROUBLE.has(value) ? "down" : "", String(value).length > LONG ? "long" : ""].join(" ");
      cell.append(element("bdi", value === null || value === undefined ? "" : figure(value, column.unit)));
    }
  }
  const scroll = element("div", "", "scroll"), after = element("div", "", "after");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", `${host.className === "table" ? "Table" : "Data"}: ${block.title}`);
  scroll.append(table);
  if (rows.length > MOST) {
    const all = element("button", block.isWhole ? `Show the first ${MOST}` : `Show all ${rows.length.toLocaleString("en-US")} rows`);
    all.type = "button";
    all.onclick = () => { block.isWhole = !block.isWhole; again(); };
    after.append(all);
  }
  host.replaceChildren(scroll, after);
}

function heading(block, column, again) {
  const cell = element("th"), button = element("button", column.label);
  const isFirst = block.sort?.name === column.name;
  cell.scope = "col";
  cell.className = WORDS.has(column.unit) ? "text" : "number";
  if (isFirst) cell.setAttribute("aria-sort", block.sort.isDown ? "descending" : "ascending");
  if (isFirst) button.append(block.sort.isDown ? " ↓" : " ↑");
  button.type = "button";
  button.onclick = () => { block.sort = { name: column.name, isDown: isFirst ? !block.sort.isDown : !WORDS.has(column.unit) }; again(); };
  cell.append(button);
  return cell;
}

// Rows that have no figure come last, whichever way.
function sorted(rows, sort) {
  if (!sort) return rows;
  const way = sort.isDown ? -1 : 1, value = (row) => row[sort.name];
  return [...rows].sort((a, b) => (value(a) === null) - (value(b) === null) || way * (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
}

function csv(rows, names) {
  const cell = (value) => (value === null || value === undefined ? "" : /[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((line) => line.map(cell).join(",")).join("\n") + "\n";
}

// The figures behind a block as a table, and as a file; made when it is opened.
function drawData(block, article) {
  const host = article.querySelector("details.data .rows"), names = Object.keys(block.rows);
  if (!article.querySelector("details.data").open) return;
  const columns = names.map((name) => ({ name, label: name, unit: block.rows[name].words ? "text" : "exact" }));
  const download = element("button", "Download CSV");
  download.type = "button";
  download.onclick = () => {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([csv(rowsOf(block), names)], { type: "text/csv" }));
    link.download = `${article.id}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const table = element("div");
  host.replaceChildren(download, table);
  drawTable(block, article, table, columns);
}
