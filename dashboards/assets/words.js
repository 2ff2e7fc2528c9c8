// Numbers as people read them; the same forms as in the charts.
const known = (value) => value !== null && value !== undefined;

// Rounded as charts do it, which take the binary number at its word.
const fixed = (value, places) =>
  Number(value.toFixed(places)).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
const ratio = (value) => {
  const size = Math.abs(value);
  if (size < 0.1 && size > 0) return String(Number(value.toPrecision(2)));
  return fixed(value, size < 10 ? 2 : size < 100 ? 1 : 0);
};
const time = (value) => (value < 10 ? String(Number(value.toPrecision(3))) : fixed(value, 0));

const forms = {
  text: (value) => String(value),
  flag: (value) => (value ? "yes" : "no"),
  count: (value) => value.toLocaleString("en-US"),
  share: (value) => (100 * value).toFixed(value === 0 || value >= 0.01 ? 1 : 2) + " %",
  sign: (value) => (value ? "met" : "not met"),
  bits: (value) => value.toFixed(2),
  ratio: ratio,
  number: ratio,
  days: time,
  minutes: time,
};

const wordsOf = (cell, row) => {
  if (row[cell.hidden] && !known(row[cell.field])) return "hidden";
  const value = cell.kind === "text" && known(row[cell.field + "_label"]) ? row[cell.field + "_label"] : row[cell.field];
  if (!known(value)) return cell.empty;
  const text = forms[cell.kind](value);
  if (!cell.lower || !known(row[cell.lower])) return text;
  const bound = (name) => forms[cell.kind](row[name]).replace(" %", "");
  return `${text} (${bound(cell.lower)} to ${bound(cell.upper)})`;
};

// The text alternative: how many, the highest and the lowest; of criteria how many are met.
const said = (figure, rows) => {
  const cell = figure.value;
  if (!rows.length) return figure.empty;
  const signs = figure.cells.filter((one) => one.kind === "sign");
  if (cell.kind === "text" && signs.length) {
    const met = signs.map((one) => `${one.label} ${rows.filter((row) => row[one.field] === 1).length}`).join(", ");
    return `Criteria met, of ${rows.length}: ${met}.`;
  }
  const hidden = rows.filter((row) => row[cell.hidden] && !known(row[cell.field])).length;
  const note = hidden ? ` ${hidden} hidden, because they would tell of small groups.` : "";
  const there = rows.filter((row) => known(row[cell.field]));
  if (!there.length) return `${rows.length} rows, none with a number.${note}`;
  const sound = there.filter((row) => !row[cell.corrected]);
  const told = sound.length ? sound : there;
  const name = (row) => figure.label.split(",").map((one) => row[one + "_label"] ?? row[one]).join(", ");
  const high = told.reduce((one, two) => (two[cell.field] > one[cell.field] ? two : one));
  const low = told.reduce((one, two) => (two[cell.field] < one[cell.field] ? two : one));
  if (cell.kind === "text") return `${there.length} of ${rows.length}. First: ${name(low)}, ${wordsOf(cell, low)}.`;
  const ends =
    told.length > 1
      ? `Highest: ${name(high)}, ${wordsOf(cell, high)}. Lowest: ${name(low)}, ${wordsOf(cell, low)}.`
      : `${name(high)}: ${wordsOf(cell, high)}.`;
  return `${cell.label}: ${there.length} of ${rows.length} have a number. ${ends}${note}`;
};

const csvOf = (figure, rows) => {
  const fields = figure.cells.flatMap((cell) => [cell.field, cell.lower, cell.upper].filter(Boolean));
  const quote = (value) => {
    if (!known(value)) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r\n]/.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const columns = [...figure.filters, ...fields.filter((field) => !figure.filters.includes(field))];
  const lines = [columns, ...rows.map((row) => columns.map((field) => row[field]))];
  return lines.map((line) => line.map(quote).join(",")).join("\n") + "\n";
};
