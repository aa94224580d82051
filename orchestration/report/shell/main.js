// The page: its blocks in order, drawn now and again when something was chosen.
const articles = [...document.querySelectorAll("[data-block]")];
let turn = 0;

async function drawAll() {
  const mine = ++turn;
  for (const article of articles) {
    const block = PAGE.blocks[article.dataset.block];
    if (block.kind === "tiles") drawTiles(block, article);
    else if (block.kind === "table") drawTable(block, article);
    else await drawChart(block, article);
    drawData(block, article);
    if (mine !== turn) return; // something else was chosen meanwhile
  }
  root.dataset.drawn = String(Math.round(performance.now()));
}

function changed(isWithControls = true) {
  writeAddress();
  if (isWithControls) drawControls();
  hideTip();
  drawAll();
}

for (const article of articles) {
  const block = PAGE.blocks[article.dataset.block];
  article.querySelector("details.data").ontoggle = () => drawData(block, article);
}
document.getElementById("theme").onclick = () => { setTheme(isDark() ? "light" : "dark"); remember(root.dataset.theme); drawAll(); };
setTheme(remembered() ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
let width = innerWidth;
const here = document.querySelector("nav [aria-current]");
here.parentElement.scrollLeft = here.offsetLeft - 60;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; drawAll(); } });
readAddress();
drawControls();
drawAll().then(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
