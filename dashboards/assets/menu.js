// The menu on narrow screens.
const menu = document.getElementById("menu");
menu.addEventListener("click", () => {
  const open = document.getElementById("side").classList.toggle("open");
  menu.setAttribute("aria-expanded", String(open));
});

// Colours: as the system has them, or as chosen here.
const themeChoice = document.getElementById("theme");
themeChoice.value = document.documentElement.dataset.theme ?? "auto";
themeChoice.addEventListener("change", () => {
  setTheme(themeChoice.value);
  document.dispatchEvent(new Event("themechange"));
});
