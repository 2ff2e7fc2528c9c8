// Before anything is painted: the theme that was chosen last. A page opened from disk may not be allowed to remember.
const setTheme = (name) => {
  if (name === "light" || name === "dark") document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  try {
    localStorage.setItem("ketavigil-theme", name);
  } catch {
    // Not remembered, that is all.
  }
};
try {
  const last = localStorage.getItem("ketavigil-theme");
  if (last) setTheme(last);
} catch {
  // As the system has it.
}
