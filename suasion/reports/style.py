"""How a page looks: on a wide screen, on a narrow one, on paper, and in black and white."""

STYLE = """
:root { --ink: #1a1a1a; --soft: #555; --line: #c9c9c9; --tint: #f3f5f7; --accent: #005a8c; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: #fff;
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .6rem; padding-top: .6rem;
  border-top: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 0 0 .2rem; }
p, ul, ol { margin: 0 0 .8rem; max-width: 44rem; }
li { margin-bottom: .2rem; }
.about, footer, figcaption, .note { color: var(--soft); }
.about, figcaption, .note { font-size: .92rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem;
  font-size: .85rem; }
.short { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; margin: 1.5rem 0 0; }
.short > div { border-top: 2px solid var(--accent); padding: .6rem 0 1rem; }
.short h2 { border: 0; margin: 0 0 .2rem; padding: 0; font-size: .95rem; color: var(--accent); }
.short p, .short ol { margin: 0 0 .3rem; }
.short .key { font-size: 1.25rem; font-weight: 600; line-height: 1.3; }
.short ol { padding-left: 1.3rem; }
ol.groups { list-style: none; padding: 0; max-width: none; columns: 27rem 2; column-gap: 2rem; }
ol.groups > li { border-top: 1px solid var(--line); padding: .7rem 0 .5rem; margin: 0;
  break-inside: avoid; }
ol.groups p, ol.groups ul { margin: 0 0 .2rem; }
ol.groups ul { padding-left: 1.2rem; }
.share { color: var(--soft); font-weight: 400; }
ul.tree, ul.tree ul { list-style: none; padding-left: 1.2rem; border-left: 2px solid var(--line);
  margin: .2rem 0 .3rem .2rem; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0 1.2rem; font-size: .94rem; }
caption { text-align: left; color: var(--soft); font-size: .92rem; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { font-weight: 600; border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
td { font-variant-numeric: tabular-nums; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
table.narrow { width: auto; min-width: 50%; }
table.values td, table.glance td { white-space: nowrap; }
figure { margin: 1rem 0 1.4rem; break-inside: avoid; }
figure > svg { display: block; width: 100%; max-width: 36rem; height: auto; }
svg.bar { width: 7.5rem; height: .8rem; vertical-align: -.05rem; margin-right: .4rem;
  overflow: visible; }
svg.bar .frame { fill: #fff; stroke: #777; stroke-width: 1; vector-effect: non-scaling-stroke; }
svg.bar .fill { fill: var(--accent); }
svg.bar.low .fill { fill: #9a9a9a; }
@media (max-width: 640px) {
  main { padding: 1.2rem 1rem 2rem; }
  h1 { font-size: 1.45rem; }
  .short { grid-template-columns: 1fr; }
  table.glance thead, table.values thead { position: absolute; width: 1px; height: 1px;
    overflow: hidden; clip-path: inset(50%); }
  table.glance tr, table.values tr { display: block; border-bottom: 1px solid var(--line);
    padding: .4rem 0; }
  table.glance th, table.glance td, table.values th, table.values td { display: block; border: 0;
    padding: .05rem 0; white-space: normal; }
  table.glance tbody th, table.values tbody th { font-weight: 600; }
  table.glance td::before, table.values td::before { content: attr(data-label);
    display: inline-block; width: 10rem; color: var(--soft); }
  th, td { padding-right: .5rem; }
}
@media print {
  @page { margin: 16mm 15mm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h1, h2, h3, caption { break-after: avoid; }
  h2 { margin-top: 1.4rem; }
  ol.groups { columns: 2; column-gap: 8mm; }
  figure > svg { max-width: 13cm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
