// The page itself: filters, figures, tables, theme. All text is set as text, never as markup.
const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

const state = {};
const drawn = new Map();

const labelOf = (name, value) => {
  const filter = page.filters.find((one) => one.column === name);
  return filter.options.find((option) => option.value === value)?.label ?? value;
};

const choices = (figure) => {
  const parts = figure.filters.map((name) => labelOf(name, state[name]));
  return [...parts, figure.fixed].filter(Boolean).join(" \u00b7 ");
};

const fillTable = (figure, holder, rows) => {
  const table = holder.querySelector("table");
  table.replaceChildren();
  table.append(element("caption", `${figure.title} ${choices(figure)}`.trim()));
  const head = element("tr");
  figure.cells.forEach((cell) =>
    head.append(element("th", cell.label, { scope: "col", class: cell.kind === "text" ? "" : "number" })),
  );
  table.append(element("thead"), element("tbody"));
  table.tHead.append(head);
  for (const row of rows) {
    const line = element("tr");
    figure.cells.forEach((cell, place) => {
      const text = wordsOf(cell, row);
      const kind = cell.kind === "text" ? "" : "number";
      const attributes = place ? { class: text === "hidden" ? kind + " hidden-cell" : kind } : { scope: "row" };
      line.append(element(place ? "td" : "th", text, attributes));
    });
    table.tBodies[0].append(line);
  }
};

const show = async (figure) => {
  const holder = document.getElementById("figure-" + figure.name);
  const rows = rowsOf(figure, state);
  const place = holder.querySelector(".chart");
  holder.querySelector(".choices").textContent = choices(figure);
  const text = said(figure, rows);
  holder.querySelector(".said").textContent = text;
  place.setAttribute("aria-label", [figure.title, choices(figure), text].filter(Boolean).join(". ").replace("?.", "?"));
  fillTable(figure, holder, rows);
  const before = drawn.get(figure.name);
  const mark = Symbol(figure.name);
  drawn.set(figure.name, { mark, rows });
  before?.view?.finalize();
  const { needs } = figure.spec.usermeta;
  const isEmpty = !rows.length || (needs && rows.every((row) => row[needs] === null));
  holder.classList.toggle("nothing", isEmpty);
  if (isEmpty) {
    const words = rows.length ? "Every number here is hidden, because the groups are small." : figure.empty;
    return place.replaceChildren(element("p", words, { class: "none" }));
  }
  if (!place.clientWidth) return undefined;
  const view = await draw(figure, place, rows);
  if (drawn.get(figure.name).mark === mark) drawn.get(figure.name).view = view;
  else view.finalize();
};

const offerChoices = () => {
  for (const filter of page.filters) {
    const there = offered(filter.column, state);
    for (const option of document.getElementById("filter-" + filter.column).options) {
      option.disabled = !there.has(option.value);
    }
  }
};

const remember = () => {
  const changed = page.filters.filter((filter) => state[filter.column] !== filter.default);
  const text = new URLSearchParams(changed.map((filter) => [filter.column, state[filter.column]])).toString();
  history.replaceState(null, "", location.href.split("#")[0] + (text ? "#" + text : ""));
};

const recall = () => {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const filter of page.filters) {
    const value = asked.get(filter.column);
    state[filter.column] = filter.options.some((option) => option.value === value) ? value : filter.default;
    document.getElementById("filter-" + filter.column).value = state[filter.column];
  }
};

let turn = Promise.resolve();
const refresh = (figures) => {
  turn = turn.then(async () => {
    document.documentElement.dataset.drawn = "no";
    offerChoices();
    for (const figure of figures) await show(figure);
    document.documentElement.dataset.drawn = "yes";
  });
  return turn;
};

const save = (name, url) => {
  const link = element("a", "", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
};

for (const filter of page.filters) {
  document.getElementById("filter-" + filter.column).addEventListener("change", (event) => {
    state[filter.column] = event.target.value;
    remember();
    refresh(page.figures.filter((figure) => figure.filters.includes(filter.column)));
  });
}

for (const figure of page.figures) {
  const holder = document.getElementById("figure-" + figure.name);
  holder.querySelectorAll("button[data-save]").forEach((button) =>
    button.addEventListener("click", async () => {
      const form = button.dataset.save;
      const rows = drawn.get(figure.name).rows;
      if (form === "csv") {
        return save(figure.name + ".csv", "data:text/csv;charset=utf-8," + encodeURIComponent(csvOf(figure, rows)));
      }
      return save(`${figure.name}.${form}`, await pictureOf(figure, rows, [choices(figure), page.origin], form));
    }),
  );
}

document.addEventListener("themechange", () => refresh(page.figures));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => refresh(page.figures));

let width = document.documentElement.clientWidth;
addEventListener("resize", () => {
  const now = document.documentElement.clientWidth;
  const crosses = now !== width;
  width = now;
  if (crosses) refresh(page.figures);
});
addEventListener("hashchange", () => {
  recall();
  refresh(page.figures);
});
addEventListener("beforeprint", () => {
  document.documentElement.dataset.painted = themeName();
  document.querySelectorAll("details.numbers").forEach((one) => (one.open = true));
});

recall();
refresh(page.figures);
