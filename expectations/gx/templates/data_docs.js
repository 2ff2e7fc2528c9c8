// Marks what is broken and, on request, shows nothing else.
"use strict";
for (const section of document.querySelectorAll(".ge-section")) {
  const rows = [...section.querySelectorAll("tbody > tr")].filter((row) => row.querySelector(":scope > td .fas"));
  const broken = rows.filter((row) => row.querySelector(":scope > td:first-child .text-danger"));
  for (const row of rows) row.classList.toggle("is-held", !broken.includes(row));
  if (rows.length > 0) section.classList.toggle("is-held", broken.length === 0);
  const link = document.querySelector(`.nav-link[href="#${section.id}"]`);
  if (link && rows.length > 0) {
    link.classList.toggle("is-broken", broken.length > 0);
    link.parentElement.classList.toggle("is-held", broken.length === 0);
  }
}
document.getElementById("failed-only")?.addEventListener("change", (event) => {
  document.body.classList.toggle("broken-only", event.target.checked);
});
