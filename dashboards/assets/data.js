// Data of the page: columns with runs of text, made into rows when a figure asks for them.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const page = read("page-data");

for (const data of Object.values(page.data)) {
  for (const column of Object.values(data.columns)) {
    if (column.steps) {
      column.n = [];
      for (let i = 0; i < column.steps.length; i += 2) {
        for (let j = 0; j < column.steps[i + 1]; j++) column.n.push(column.steps[i]);
      }
    }
    if (!column.runs) continue;
    column.at = new Int32Array(data.rows);
    let row = 0;
    for (let i = 0; i < column.runs.length; i += 2) {
      column.at.fill(column.runs[i], row, row + column.runs[i + 1]);
      row += column.runs[i + 1];
    }
  }
}

const testsOf = (figure, state, without) => {
  const columns = page.data[figure.data].columns;
  const wanted = { ...figure.where };
  for (const name of figure.filters) if (name !== without) wanted[name] = state[name];
  return Object.entries(wanted).map(([name, values]) => {
    const column = columns[name];
    const places = new Set([].concat(values).map((value) => column.ids.indexOf(value)));
    return (row) => places.has(column.at[row]);
  });
};

const rowOf = (data, number) => {
  const row = {};
  for (const [name, column] of Object.entries(data.columns)) {
    if (column.at) {
      const place = column.at[number];
      row[name] = place < 0 ? null : column.ids[place];
      row[name + "_label"] = place < 0 ? null : column.labels[place];
      row[name + "_order"] = place < 0 ? column.ids.length : place;
    } else {
      row[name] = column.n[number];
    }
  }
  return row;
};

const compare = (keys) => (one, two) => {
  for (const key of keys) {
    const falls = key.startsWith("-");
    const name = falls ? key.slice(1) : key;
    const [a, b] = [one[name], two[name]];
    if (a === b) continue;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return (a < b ? -1 : 1) * (falls ? -1 : 1);
  }
  return 0;
};

const rowsOf = (figure, state) => {
  const data = page.data[figure.data];
  const tests = testsOf(figure, state);
  const rows = [];
  for (let i = 0; i < data.rows; i++) if (tests.every((test) => test(i))) rows.push(rowOf(data, i));
  return rows.sort(compare(figure.sort));
};

// Values of a filter that lead to a row in some figure, the other choices staying as they are.
const offered = (name, state) => {
  const found = new Set();
  for (const figure of page.figures) {
    if (!figure.filters.includes(name)) continue;
    const data = page.data[figure.data];
    const tests = testsOf(figure, state, name);
    const column = data.columns[name];
    for (let i = 0; i < data.rows; i++) {
      const value = column.ids[column.at[i]];
      if (!found.has(value) && tests.every((test) => test(i))) found.add(value);
    }
  }
  return found;
};
