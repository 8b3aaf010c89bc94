
"use strict";
(() => {
  const old = document.getElementById("old");
  if (old) {
    const hours = Math.floor((Date.now() - Date.parse(old.dataset.ended)) / 3600000);
    if (hours > 36) {
      old.querySelector("p").textContent = "The run ended " + Math.floor(hours / 24) + " days ago. Is the check still run every night?";
      old.hidden = false;
    }
  }
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
  const box = document.getElementById("search");
  if (!box) { return; }
  box.hidden = false;
  const hits = document.getElementById("hits");
  const places = [...document.querySelectorAll(".finding, .unknown, .host")];
  const texts = places.map((one) => one.textContent.toLowerCase());
  document.getElementById("q").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    places.forEach((one, index) => {
      const fits = wanted.every((word) => texts[index].includes(word));
      one.classList.toggle("away", !fits);
      shown += fits ? 1 : 0;
    });
    hits.textContent = wanted.length ? shown + " of " + places.length : "";
  });
})();
