const sort = () => {
  const head = document.querySelector(".flow-table th.col-timestamp");
  if (head?.classList.contains("sort-desc")) return;
  head?.click();
  setTimeout(sort, 50);
};
sort();
