// Figures as text, by unit. Nothing else formats a number.
const MINUS = "−", NONE = "–";
// Places after the point are filled with zeros in tables, so that figures stand below each other, and not on axes.
let isAxis = false;

function digits(value, most) {
  const text = value.toLocaleString("en-US", { minimumFractionDigits: isAxis ? 0 : most, maximumFractionDigits: most });
  return /[1-9]/.test(text) ? text.replace("-", MINUS) : text.replace("-", "");
}
const percent = (value, most) => `${digits(100 * value, most)} %`;

function scaled(value) {
  for (const [size, sign] of [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]]) {
    if (Math.abs(value) >= size) return `${digits(value / size, Math.abs(value) < 100 * size ? 2 : 1)}${sign}`;
  }
  return digits(value, value === 0 ? 0 : Math.abs(value) < 1 ? 4 : 2);
}

const UNITS = {
  usd: (value) => (value < 0 ? MINUS : "") + "$" + scaled(Math.abs(value)),
  price: (value) => "$" + (Math.abs(value) >= 1000 ? digits(value, 0) : Number(value.toPrecision(5)).toLocaleString("en-US", { maximumSignificantDigits: 5 })),
  share: (value) => percent(value, value !== 0 && Math.abs(value) < 0.01 ? 2 : 1),
  apr: (value) => percent(value, 1),
  rate: (value) => percent(value, 3),
  ratio: (value) => `${digits(value, Math.abs(value) < 10 ? 2 : 1)}×`,
  bps: (value) => `${digits(value, 2)} bps`,
  count: (value) => digits(value, 0),
  days: (value) => `${digits(value, 1)} d`,
  hours: (value) => `${digits(value, 1)} h`,
  index: (value) => digits(value, 2),
  exact: (value) => value.toLocaleString("en-US", { maximumSignificantDigits: 6 }).replace("-", MINUS),
  text: (value) => String(value),
  day: (value) => String(value).slice(0, 10),
  moment: (value) => String(value),
};
const WORDS = new Set(["text", "day", "moment"]);

function onAxis(value, unit) {
  isAxis = true;
  try { return UNITS[unit](Number(value)); } finally { isAxis = false; }
}

const figure = (value, unit) => (value === null || value === undefined ? NONE : UNITS[unit](value));
const asDay = (value) => new Date(value).toISOString().slice(0, 10);
const asHour = (value) => `${new Date(value).toISOString().slice(0, 16).replace("T", " ")} UTC`;
