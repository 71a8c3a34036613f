// A file that is being made: looks how far it has come, and fetches it. Without this there is a link to do so.
"use strict";

const making = document.querySelector("[data-job]");
const state = making.querySelector("[role=status]");
const LONGEST = 10000;
let rest = 1000;

function arrive() {
  const { address, saved } = making.dataset;
  if (saved === undefined) {
    location.replace(address);
    return;
  }
  // The file is saved and this page stays, so it must say what has happened.
  const link = making.querySelector("[data-look]");
  state.textContent = making.querySelector("[data-ready]").textContent;
  link.textContent = link.dataset.look;
  location.assign(address);
}

async function look() {
  try {
    const answer = await fetch(making.dataset.job, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error("not told");
    const job = await answer.json();
    making.querySelector("progress").value = job.progress;
    if (job.state === "done") return arrive();
    if (["failed", "cancelled"].includes(job.state)) return location.reload();
  } catch { /* the line has dropped, or somebody has signed out: the link still leads on */ }
  rest = Math.min(rest * 1.5, LONGEST);
  setTimeout(look, rest);
}

setTimeout(look, rest);
